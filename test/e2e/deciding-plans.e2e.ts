import { beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { Executions } from './executions.ts';
import { mostAtOnce } from './most-at-once.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());

const after = (...ids: string[]) => ({ dependencies: ids.map((id) => ({ task_id: id })) });
/** An agent that responds with what it is given. */
const echo = (response: unknown) => ({ inputs: { mock: { outputs: { response } } } });
const noRetries = { retry_policy: { max_retries: 0 } };

type Events = Awaited<ReturnType<typeof api.untilLogged>>;
const names = (events: Events): string[] => events.map(({ type, task_id }) => (task_id === undefined ? type : `${type} ${task_id}`));

/** The names of the states that a run's own execution has entered, and how often. */
async function statesEntered(runId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { stateEnteredEventDetails } of await new Executions().history(runId)) {
    const name = stateEnteredEventDetails?.name;
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/*
 *   list ──┬─► letters (8 items) ──┬─► sum ──► report {draft, figures ► check} ──┬─if errors > 0─► repair ──► repaired
 *          └─► pairs (8 items) ────┘                                             └─────────────────────┴─none_failed─► publish
 */
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const deciding = {
  plan_id: 'deciding',
  tasks: [
    { task_id: 'list', task_type: 'tool_call', tool_name: 'any', metadata: { mock: { outputs: { data: LETTERS } } } },
    { task_id: 'letters', foreach: '{{list.data}}', ...echo({ letter: '{{item}}', place: '{{index}}' }) },
    {
      task_id: 'pairs',
      foreach: '{{list.data}}',
      max_concurrency: 2,
      task_type: 'compound',
      subtasks: [
        { task_id: 'first', task_type: 'tool_call', tool_name: 'any', metadata: { mock: { duration_sec: 0.5, outputs: { data: 'one' } } } },
        { task_id: 'second', ...after('first'), ...echo('{{first.data}} and {{item}}') },
      ],
      outputs: { text: '{{second.response}}', place: '{{index}}' },
    },
    { task_id: 'sum', ...echo({ letters: '{{letters.results}}', count: '{{letters.count}}', pairs: '{{pairs.results}}' }) },
    {
      task_id: 'report',
      ...after('sum'),
      task_type: 'compound',
      timeout_seconds: 60,
      subtasks: [
        { task_id: 'draft', ...echo('of {{sum.response.count}}') },
        { task_id: 'figures', task_type: 'tool_call', tool_name: 'any' },
        { task_id: 'check', ...after('draft', 'figures'), ...echo(0) },
      ],
      outputs: { text: '{{draft.response}}', errors: '{{check.response}}' },
    },
    { task_id: 'repair', dependencies: [{ task_id: 'report', dependency_type: 'conditional', condition: 'outputs.errors > 0' }] },
    { task_id: 'repaired', ...after('repair') },
    { task_id: 'publish', ...after('report', 'repair'), trigger_rule: 'none_failed', ...echo('{{report.text}}') },
  ],
};

describe('a plan that decides while it runs', () => {
  let runId: string;
  let events: Events;

  beforeAll(async () => {
    runId = await api.submit(deciding);
    await api.untilEnded(runId);
    events = await api.untilLogged(runId);
  });

  it('is completed, with what it has skipped', async () => {
    const { status, totals } = await api.run(runId);

    // of letters 8 tasks, of pairs 24 and of report 3; and the ends and begins of all three
    expect({ status, totals }).toMatchObject({
      status: 'completed',
      totals: { completed: 44, skipped: 2, failed: 0, retries: 0, unfinished: 0 },
    });
    const tasks = await api.tasks(runId);
    expect(tasks.repair).toMatchObject({ status: 'skipped', attempt: 0 });
    expect(tasks.repaired).toMatchObject({ status: 'skipped', attempt: 0 });
    expect(tasks.publish).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it('has the outputs of all items in the order of the list', async () => {
    const letters = LETTERS.map((letter, place) => ({ letter, place }));
    const pairs = LETTERS.map((letter, place) => ({ text: `one and ${letter}`, place }));

    expect((await api.task(runId, 'letters')).outputs).toMatchObject({
      results: letters.map((response) => ({ response })),
      count: 8,
      failed: 0,
    });
    expect((await api.task(runId, 'pairs')).outputs).toEqual({ results: pairs, count: 8, failed: 0 });
    expect((await api.task(runId, 'pairs/3')).outputs).toEqual(pairs[3]);
    const { response } = (await api.task(runId, 'sum')).outputs as { response: { letters: object[]; count: number; pairs: object[] } };
    expect(response).toMatchObject({ letters: letters.map((each) => ({ response: each })), count: 8, pairs });
  });

  it('has the outputs of a compound as it says', async () => {
    expect((await api.task(runId, 'report')).outputs).toEqual({ text: 'of 8', errors: 0 });
    expect((await api.task(runId, 'publish')).outputs).toMatchObject({ response: 'of 8' });
  });

  it('logs each step after all that it waits for', () => {
    const log = names(events);
    const position = (name: string): number => {
      expect(log, name).toContain(name);
      return log.indexOf(name);
    };
    const order = (...steps: string[]): void => expect(steps.map(position)).toEqual(steps.map(position).toSorted((a, b) => a - b));

    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    for (let item = 0; item < LETTERS.length; item++) {
      order('task.completed list', 'task.completed letters/(begin)', `task.executing letters/${item}`, `task.completed letters/${item}`);
      order(`task.completed letters/${item}`, 'task.completed letters', 'task.executing sum');
      order('task.completed pairs/(begin)', `task.completed pairs/${item}/first`, `task.executing pairs/${item}/second`);
      order(`task.completed pairs/${item}/second`, `task.completed pairs/${item}`, 'task.completed pairs', 'task.executing sum');
    }
    order('task.completed sum', 'task.completed report/(begin)', 'task.executing report/draft', 'task.completed report/draft');
    order('task.completed report/draft', 'task.executing report/check', 'task.completed report', 'task.skipped repair');
    order('task.skipped repair', 'task.skipped repaired', 'run.completed');
    order('task.skipped repair', 'task.executing publish', 'task.completed publish', 'run.completed');
  });

  it('holds max_concurrency of a foreach', () => {
    const most = mostAtOnce(events.filter(({ task_id }) => /^pairs\/\d\/(?:first|second)$/.test(task_id ?? '')));

    expect(most).toBe(2);
  });

  it('shows its items as iterations in Step Functions', async () => {
    const entered = await statesEntered(runId);

    expect(entered).toMatchObject({
      'items of letters': 1,
      'letters (2)': 8,
      'items of pairs': 1,
      first: 8,
      second: 8,
      repair: 1,
      publish: 1,
    });
    expect(entered).toMatchObject({ 'finish run': 1 });
    expect(entered).not.toHaveProperty('batch of letters');
  });
});

/*
 *   bad ──► behind ──all_done──► clean up         some (4 items, of which one fails; one is tolerated) ──► go on
 *    └─────one_failed──► alert      clean up ──one_failed──► calm
 */
const failing = {
  plan_id: 'failing-deciding',
  tasks: [
    { task_id: 'bad', assigned_agent: 'failing', ...noRetries },
    { task_id: 'behind', ...after('bad') },
    { task_id: 'clean up', ...after('behind'), trigger_rule: 'all_done' },
    { task_id: 'alert', ...after('bad'), trigger_rule: 'one_failed' },
    { task_id: 'calm', ...after('clean up'), trigger_rule: 'one_failed' },
    {
      task_id: 'some',
      foreach: [0, -1, 0, 0],
      tolerated_failures: 1,
      inputs: { mock: { outputs: { response: '{{index}}' }, fail_times: '{{item}}', error: 'not this one' } },
      ...noRetries,
    },
    { task_id: 'go on', ...echo({ failed: '{{some.failed}}', results: '{{some.results}}' }) },
  ],
};

describe('a plan whose tasks decide what becomes of a failure', () => {
  let runId: string;

  beforeAll(async () => {
    runId = await api.submit(failing);
    await api.untilEnded(runId);
  });

  it('fails, cleans up, alerts, and skips what was not needed', async () => {
    const tasks = await api.tasks(runId);
    const { status, error } = await api.run(runId);

    expect({ status, code: error?.code }).toEqual({ status: 'failed', code: 'E5204' });
    expect(Object.fromEntries(Object.entries(tasks).map(([id, task]) => [id, task.status]))).toEqual({
      bad: 'failed',
      behind: 'blocked',
      'clean up': 'completed',
      alert: 'completed',
      calm: 'skipped',
      'some/(begin)': 'completed',
      some: 'completed',
      'some/0': 'completed',
      'some/1': 'failed',
      'some/2': 'completed',
      'some/3': 'completed',
      'go on': 'completed',
    });
  });

  it('puts null in the place of an item that has failed', async () => {
    expect((await api.task(runId, 'some/1')).error).toMatchObject({ code: 'E5202', message: 'not this one' });
    const { outputs } = await api.task(runId, 'go on');
    expect(outputs).toMatchObject({ response: { failed: 1, results: [{ response: 0 }, null, { response: 2 }, { response: 3 }] } });
  });

  it('logs what follows a failure behind it', async () => {
    const log = names(await api.untilLogged(runId));

    for (const [before, then] of [
      ['task.failed bad', 'task.blocked behind'],
      ['task.failed bad', 'task.executing alert'],
      ['task.blocked behind', 'task.executing clean up'],
      ['task.completed clean up', 'task.skipped calm'],
      ['task.failed some/1', 'task.completed some'],
      ['task.completed some', 'task.executing go on'],
    ] as const) {
      expect(log).toContain(before);
      expect(log.indexOf(then), `${before}, ${then}`).toBeGreaterThan(log.indexOf(before));
    }
    expect(log.at(-1)).toBe('run.failed');
  });

  it('shows as FAILED in Step Functions', async () => {
    expect(await new Executions().describe(runId)).toMatchObject({ status: 'FAILED', error: 'E5204' });
    expect(await statesEntered(runId)).toMatchObject({ alert: 1, 'clean up': 1, 'items of some': 1 });
  });
});
