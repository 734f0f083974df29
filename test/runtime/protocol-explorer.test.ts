import { describe, expect, it } from 'vitest';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { play } from './protocol-world.ts';

/** More with EXPLORER_SEEDS; a failing seed is named and can be played alone. */
const SEEDS = Number(process.env.EXPLORER_SEEDS ?? 1500);

async function explore(options: {
  failures?: boolean;
  sharing?: boolean;
  rules?: boolean;
  failFast?: boolean;
  maxTokenCount?: number;
  sabotage?: (store: RunStore) => Partial<RunStore>;
  seeds?: number;
}) {
  const { seeds = SEEDS, ...world } = options;
  const failures: string[] = [];
  let crashes = 0;
  let heals = 0;
  let cancelled = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const outcome = await play({ seed, ...world });
      crashes += outcome.crashes;
      heals += outcome.heals;
      cancelled += outcome.cancelled;
    } catch (error) {
      failures.push(`seed ${seed}: ${(error as Error).message}`);
    }
  }
  return { failures, crashes, heals, cancelled };
}

describe('the gate and place protocol, the real handlers over the real store', () => {
  it('ends every run with every task in its place, through crashes and zombies', { timeout: 300_000 }, async () => {
    const { failures, crashes, heals } = await explore({});

    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(SEEDS);
    expect(heals).toBeLessThan(SEEDS / 100);
  });

  it('blocks exactly the descendants of failed tasks, through crashes and zombies', { timeout: 300_000 }, async () => {
    const { failures } = await explore({ failures: true });

    expect(failures).toEqual([]);
  });

  it('decides by rules and conditions, whatever comes first, through crashes and zombies', { timeout: 300_000 }, async () => {
    const { failures, heals } = await explore({ failures: true, rules: true });

    expect(failures).toEqual([]);
    expect(heals).toBeLessThan(SEEDS / 100);
  });

  it('starts only what is there for failures once a task has failed fast, and leaves no place taken', { timeout: 300_000 }, async () => {
    const { failures, heals, cancelled } = await explore({ failures: true, rules: true, failFast: true });

    expect(failures).toEqual([]);
    expect(heals).toBeLessThan(SEEDS / 100);
    expect(cancelled).toBeGreaterThan(SEEDS / 10);
  });

  it('holds shared pools to their limit while one of two runs vanishes, and leaves no place taken', { timeout: 300_000 }, async () => {
    const { failures, heals } = await explore({ sharing: true });

    expect(failures).toEqual([]);
    expect(heals).toBeLessThan(SEEDS / 20);
  });

  it('cancels what is left when the tokens are used up, and counts each once, through crashes and zombies', async () => {
    const { failures, heals, cancelled } = await explore({ failures: true, maxTokenCount: 2 });

    expect(failures).toEqual([]);
    expect(heals).toBeLessThan(SEEDS / 100);
    expect(cancelled).toBeGreaterThan(SEEDS / 2);
  });
});

const unlimited = (demand: Demand): Demand => demand.map(({ pool }) => ({ pool, limit: 99 }));

/** Each shows that the exploration notices when a guarantee of the store is missing. */
describe('the exploration, with the store broken on purpose', () => {
  const seeds = 400;

  it('notices places beyond the limit', async () => {
    const { failures } = await explore({
      seeds,
      sabotage: (store) => ({
        takePlaces: (run, task, demand) => store.takePlaces(run, task, unlimited(demand)),
        takeForBest: (run, demands, turn) => store.takeForBest(run, demands.map(unlimited), turn),
      }),
    });

    expect(failures.join()).toMatch(/tasks inside the pool/);
  });

  it('notices arrivals that are not read back', async () => {
    const sabotage = (store: RunStore): Partial<RunStore> => ({
      addArrival: async (run, task, dependency) => ({ ...(await store.addArrival(run, task, dependency)), arrived: 0 }),
    });
    const { failures, heals } = await explore({ seeds, sabotage });

    expect(failures.length + heals).toBeGreaterThan(seeds / 10);
  });

  it('notices a place that is not known as taken by the one who holds it', { timeout: 300_000 }, async () => {
    const sabotage = (store: RunStore): Partial<RunStore> => ({
      takePlaces: async (run, task, demand) =>
        !(await store.listHolders(run, demand)).includes(task) && store.takePlaces(run, task, demand),
    });
    const { failures, heals } = await explore({ seeds: SEEDS, sabotage });

    expect(failures.length + heals).toBeGreaterThan(0);
  });

  it('notices waiting tasks that are forgotten', async () => {
    const { failures, heals } = await explore({ seeds, sabotage: () => ({ takeForBest: async () => undefined }) });

    expect(failures.length + heals).toBeGreaterThan(seeds / 10);
  });

  it('notices runs that wait for a shared place and are not known', async () => {
    const { failures, heals } = await explore({
      seeds,
      sharing: true,
      sabotage: () => ({ listWaitingRuns: async () => ({ held: 0, runs: [] }) }),
    });

    expect(failures.length + heals).toBeGreaterThan(seeds / 20);
  });

  it('notices attempts that do not know of each other', async () => {
    const sabotage = (store: RunStore): Partial<RunStore> => ({
      claimTask: async (run, task, attempt, at) => {
        await store.claimTask(run, task, attempt, at);
        return true;
      },
      completeTask: async () => true,
    });
    const { failures } = await explore({ seeds, sabotage });

    expect(failures.length).toBeGreaterThan(0);
  });
});
