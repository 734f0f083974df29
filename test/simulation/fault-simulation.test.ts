import { describe, expect, it } from 'vitest';
import { readRef, refOf } from '../../lib/model/execution-ref.ts';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import type { Sabotage } from './observed-store.ts';
import { type Played, play } from './play.ts';

/*
 * Runs of random plans with everything going wrong at random: see `npm run simulate:faults` for more of them, and for one alone.
 * A failing seed is named: SEED=123 npm run simulate:faults shows what was done to it.
 */

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 150);

interface ExploreOptions {
  readonly from?: number;
  readonly sabotage?: Sabotage;
  readonly until?: (failures: readonly string[]) => boolean;
}

interface Explored {
  readonly failures: string[];
  readonly played: Played[];
}

/** Plays so many seeds, or until nothing more is to be learnt. */
async function explore(seeds: number, { from = 1, sabotage, until = () => false }: ExploreOptions = {}): Promise<Explored> {
  const failures: string[] = [];
  const played: Played[] = [];
  for (let seed = from; seed < from + seeds && !until(failures); seed++) {
    const outcome = await play({ seed, sabotage });
    played.push(outcome);
    failures.push(...outcome.problems.slice(0, 1).map((problem) => `SEED=${seed} ${problem}`));
  }
  return { failures, played };
}

describe('runs with faults and controls at random', () => {
  it('end as they should, whatever dies, is lost, comes twice or late', { timeout: 300_000 }, async () => {
    const { failures, played } = await explore(SEEDS);

    expect(failures).toEqual([]);
    const sum = (of: (outcome: Played) => number): number => played.reduce((total, outcome) => total + of(outcome), 0);
    expect(sum(({ controls }) => controls)).toBeGreaterThan(SEEDS * 3);
    expect(sum(({ executions }) => executions)).toBeGreaterThan(SEEDS * 2);
    expect(sum(({ compared }) => (compared ? 1 : 0))).toBeGreaterThan(SEEDS / 4);
  });

  it('are the same for the same seed', async () => {
    const [first, second] = [await play({ seed: 7 }), await play({ seed: 7 })];

    expect(second.trace).toEqual(first.trace);
  });
});

/** Each shows that the simulation notices when a guarantee is missing. */
describe('the simulation, with a guarantee broken on purpose', () => {
  const LATER = 1_000;
  /** With the seed from which on it is looked for one that notices. */
  const broken: [what: string, from: number, sabotage: Sabotage][] = [
    [
      'writes of an earlier execution that count in a later one',
      1,
      (store) => ({
        claimTask: (runId, task, attempt, at) => store.claimTask(runId, { ...task, execution: LATER }, attempt, at),
        failTask: (runId, task, error, at) => store.failTask(runId, { ...task, execution: LATER }, error, at),
        cancelTasks: (runId, tasks, error, at) =>
          store.cancelTasks(
            runId,
            tasks.map((task) => ({ ...task, execution: LATER })),
            error,
            at,
          ),
        endRun: async (ref, end) => store.endRun(await currentRef(store, ref), end),
      }),
    ],
    [
      'a pause that does not wait for what runs',
      1,
      (store) => ({
        moveRun: async (ref, from, to, at) => {
          const moved = await store.moveRun(ref, from, to, at);
          if (moved && to === 'pausing') await store.moveRun(ref, ['pausing'], 'paused', at);
          return moved;
        },
      }),
    ],
    [
      'shared places that are given back while their holders run',
      300,
      (store) => ({
        getControl: async (runId) => {
          const control = await store.getControl(runId);
          if (control?.status === 'pausing') await store.leaveSharedPool(refOf({ runId, execution: control.execution }), 'gpu');
          return control;
        },
      }),
    ],
    [
      'places that are not held across a pause',
      421,
      (store) => ({
        takePlaces: async (ref, ordinal, demand) => (await isQueued(store, ref)) || store.takePlaces(ref, ordinal, demand),
      }),
    ],
    [
      'gates that are the same in all executions of a run',
      990,
      (store) => ({
        addArrival: (ref, ordinal, dependency) => store.addArrival(readRef(ref).runId, ordinal, dependency),
        addToken: (ref, ordinal, token) => store.addToken(readRef(ref).runId, ordinal, token),
        listTokens: (ref, ordinal) => store.listTokens(readRef(ref).runId, ordinal),
      }),
    ],
    [
      'places beyond the limit',
      1,
      (store) => ({
        takePlaces: (ref, ordinal, demand) => store.takePlaces(ref, ordinal, unlimited(demand)),
        takeForBest: (ref, demands, turn) => store.takeForBest(ref, demands.map(unlimited), turn),
      }),
    ],
    [
      'more tasks of a foreach at once than its max_concurrency',
      2,
      (store) => ({
        takePlaces: (ref, ordinal, demand) => store.takePlaces(ref, ordinal, unlimitedItems(demand)),
        takeForBest: (ref, demands, turn) => store.takeForBest(ref, demands.map(unlimitedItems), turn),
      }),
    ],
    [
      'outputs of items that are gathered in another order',
      2,
      (store) => ({
        readTasks: async (runId, ordinals, outputsOf) => {
          const read = await store.readTasks(runId, ordinals, outputsOf);
          return ordinals === outputsOf ? { ...read, tasks: withOutputsSwapped(read.tasks) } : read;
        },
      }),
    ],
  ];

  it.each(broken)('notices %s', { timeout: 300_000 }, async (_, from, sabotage) => {
    const { failures } = await explore(300, { from, sabotage, until: ({ length }) => length > 0 });

    expect(failures).toHaveLength(1);
  });
});

async function currentRef(store: RunStore, ref: string): Promise<string> {
  const { runId } = readRef(ref);
  return refOf({ runId, execution: (await store.getControl(runId))!.execution });
}

const unlimited = (demand: Demand): Demand => demand.map(({ pool, limit }) => ({ pool, limit: limit === 'shared' ? limit : 99 }));

/** Of the pools that plans of the simulation have no names for: those of foreach. */
const unlimitedItems = (demand: Demand): Demand =>
  demand.map(({ pool, limit }) => ({ pool, limit: limit === 'shared' || OWN_POOLS.has(pool) ? limit : 99 }));
const OWN_POOLS = new Set(['', 'net', 'disk', 'narrow']);

/** Those of the first two that have some. */
function withOutputsSwapped(tasks: Map<number, TaskItem>): Map<number, TaskItem> {
  const [one, other] = [...tasks.values()].filter(({ status }) => status === 'completed');
  if (one === undefined || other === undefined) return tasks;
  return new Map(tasks).set(one.ordinal, { ...one, outputs: other.outputs }).set(other.ordinal, { ...other, outputs: one.outputs });
}

async function isQueued(store: RunStore, ref: string): Promise<boolean> {
  return (await store.getRun(readRef(ref).runId))?.status === 'queued';
}
