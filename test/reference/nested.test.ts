import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { TaskOrchestrator } from '../../lib/orchestrator.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { SIMULATION_START } from '../simulate.ts';
import { CONDITIONS, randomWholePlan, scriptsOf, type WholeCase } from './random-whole-plans.ts';
import { replayEvents } from './replay-events.ts';
import type { JsonRecord, Script, WholePlan } from './whole-plan.ts';

/** More with PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.PLANS ?? 60);
const endOnFailure = process.env.SHRINK === undefined;

type Scripted = Pick<WholeCase, 'plan' | 'scriptOf'>;

interface Played {
  readonly events: RunEvent[];
  /** Of tasks that have completed, by their ids. */
  readonly outputs: ReadonlyMap<string, unknown>;
}

const holds = (condition: string, outputs: JsonRecord) => CONDITIONS[condition]!(outputs);
/** It says what it was given. */
const answer = ({ outputs }: Script, inputs: JsonRecord): JsonRecord => ({ ...outputs, response: inputs, agent_id: 'echo' });

/** Runs a plan on a virtual clock, its tasks by an agent that does as the scripts say. */
async function play({ plan, scriptOf }: Scripted): Promise<Played> {
  const clock = new VirtualClock(SIMULATION_START);
  const events: RunEvent[] = [];
  const attempts = new Map<string, number>();
  const orchestrator = new TaskOrchestrator({
    clock,
    onEvent: (event) => events.push(event),
    agentExecutor: {
      async execute(_, { task_id, inputs }) {
        const script = scriptOf(task_id);
        const attempt = (attempts.get(task_id) ?? 0) + 1;
        attempts.set(task_id, attempt);
        await new Promise<void>((resolve) => clock.setTimer(script.ms, resolve));
        if (script.failTimes < 0 || attempt <= script.failTimes) throw new Error('scripted failure');
        return answer(script, inputs as JsonRecord) as { response: never; agent_id: string };
      },
    },
  });
  try {
    const { run_id } = await orchestrator.submit(plan);
    await orchestrator.wait(run_id);
    const { tasks } = await orchestrator.status(run_id);
    return {
      events,
      outputs: new Map(tasks.flatMap(({ task_id, status, outputs }) => (status === 'completed' ? [[task_id, outputs]] : []))),
    };
  } finally {
    orchestrator.close();
  }
}

/** What is otherwise than the model says; undefined where the model does not say which of two is first. */
async function differences(whole: WholeCase): Promise<string[] | undefined> {
  const { events, outputs } = await play(whole);
  const { problems, model } = replayEvents(whole.plan, { scriptOf: whole.scriptOf, answer, holds }, events);
  if (model.tied) return undefined;
  const expected = [...model.nodes.values()].filter(({ status, role }) => status === 'completed' && role !== 'begin');
  const others = expected.flatMap(({ id, outputs: want }) => {
    const [wanted, got] = [JSON.stringify(sorted(want)), JSON.stringify(sorted(outputs.get(id)))];
    return wanted === got ? [] : [`${id} put out ${got}, not ${wanted}`];
  });
  return [...problems, ...others];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

describe('any plan of compounds, foreach and decisions', () => {
  it.each([
    ['nothing limits it', false, false],
    ['there are limits', false, true],
    ['failures stop others', true, false],
    ['failures stop others, within limits', true, true],
  ])('goes as the model says where %s', { timeout: 3_600_000 }, async (_, failFast, limited) => {
    await fc.assert(
      fc.asyncProperty(randomWholePlan({ failFast, limited }), async (whole) => {
        const found = await differences(whole);
        fc.pre(found !== undefined);
        expect(found).toEqual([]);
      }),
      { numRuns, endOnFailure },
    );
  });
});

describe('the replay', () => {
  const behind = (task_id: string, condition?: string) => ({
    dependencies: [{ task_id, ...(condition === undefined ? {} : { dependency_type: 'conditional' as const, condition }) }],
  });
  const plan: WholePlan = {
    tasks: [
      { task_id: 'a', retry_policy: { max_retries: 0 } },
      { task_id: 'each', foreach: [1, 2, 3], max_concurrency: 2, ...behind('a') },
      { task_id: 'b', ...behind('a', 'false') },
      { task_id: 'c', ...behind('each') },
    ],
    resource_budget: { max_parallel_tasks: 3 },
  };
  const scriptOf = scriptsOf({ salt: 7, failPercent: 0, stepMs: 1 });
  const replayed = (events: readonly RunEvent[], of = plan): string[] => replayEvents(of, { scriptOf, answer, holds }, events).problems;
  const at = (events: readonly RunEvent[], id: string, type: string): number =>
    events.findIndex((event) => event.task_id === id && event.type === `task.${type}`);
  const changed = (events: readonly RunEvent[], index: number, change: Partial<RunEvent>): RunEvent[] =>
    events.map((event, i) => (i === index ? { ...event, ...change } : event));
  const swapped = (events: readonly RunEvent[], one: number, other: number): RunEvent[] =>
    events.map((event, i) => (i === one ? events[other]! : i === other ? events[one]! : event));

  it('finds nothing in the log of a run', async () => {
    expect(replayed((await play({ plan, scriptOf })).events)).toEqual([]);
  });

  it.each<[string, (events: readonly RunEvent[]) => string[], RegExp]>([
    [
      'a task that starts before what it waits for has ended',
      (events) => replayed(swapped(events, at(events, 'a', 'completed'), at(events, 'each/0', 'executing'))),
      /attempt 1 of each\/0 started|no task each\/0/,
    ],
    ['another end', (events) => replayed(changed(events, at(events, 'c', 'completed'), { type: 'task.failed' })), /of c ended failed/],
    [
      'a task that should have been skipped',
      (events) => replayed(changed(events, at(events, 'b', 'skipped'), { type: 'task.blocked' })),
      /^b: blocked/,
    ],
    [
      'a start that comes late',
      (events) => replayed(changed(events, at(events, 'c', 'executing'), { at: events[at(events, 'c', 'completed')]!.at })),
      /c goes on waiting although there is room/,
    ],
    [
      'an event that is missing',
      (events) => replayed(events.filter((_, i) => i !== at(events, 'each', 'completed'))),
      /^each: , not completed/,
    ],
    [
      'more at once than there are places',
      (events) => replayed(events, { ...plan, resource_budget: { max_parallel_tasks: 1 } }),
      /started without a place/,
    ],
    ['places that stay empty', (events) => replayed(events, withLimit(plan, 3)), /each\/\d goes on waiting although there is room/],
    [
      'what a foreach tolerates',
      (events) => replayed(changed(events, at(events, 'each', 'completed'), { type: 'task.failed' })),
      /^each: failed .*, not completed/,
    ],
    ['how the run ends', (events) => replayed(changed(events, events.length - 1, { type: 'run.failed' })), /run.failed, not completed/],
  ])('notices %s', async (_, problemsOf, expected) => {
    const { events } = await play({ plan, scriptOf });

    expect(problemsOf(events)).toContainEqual(expect.stringMatching(expected));
  });
});

function withLimit(plan: WholePlan, max_concurrency: number): WholePlan {
  return { ...plan, tasks: plan.tasks.map((task) => (task.foreach === undefined ? task : { ...task, max_concurrency })) };
}
