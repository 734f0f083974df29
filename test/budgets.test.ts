import { describe, expect, it } from 'vitest';
import type { AgentAnswer, AgentInput } from '../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { SIMULATION_START, simulate } from './simulate.ts';

const OUT_OF_TIME = { code: 'E5203', message: 'the run is over its max_execution_time_sec of 10 s' };

/** A task that takes `sec` seconds and reports what `outputs` say. */
const task = (task_id: string, sec: number, fields: object = {}, outputs: object = {}) => ({
  task_id,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec: sec, outputs } },
  ...fields,
});
const behind = (...ids: string[]) => ({ dependencies: ids.map((task_id) => ({ task_id })) });

/** `<second> <task> <status> <attempt>` of every change of a task. */
const logOf = (events: readonly RunEvent[]) =>
  events
    .filter((event) => event.task_id !== undefined)
    .map((event) => `${(Date.parse(event.at) - SIMULATION_START) / 1000} ${event.task_id} ${event.type.slice(5)} ${event.attempt}`);
const endOf = (events: readonly RunEvent[]) => {
  const { at, type, error } = events.at(-1)!;
  return { second: (Date.parse(at) - SIMULATION_START) / 1000, type, error };
};

describe('max_execution_time_sec', () => {
  const budget = { max_execution_time_sec: 10 };

  it('aborts what runs at the deadline, cancels what never started, and ends the run there', async () => {
    //  a ── b ── c      a is done before, b runs then
    //  d ───────────    d too
    const tasks = [
      task('a', 4),
      task('b', 60, behind('a')),
      task('c', 1, behind('b')),
      task('d', 60, { retry_policy: { max_retries: 3 } }),
    ];

    const { events, error } = await simulate({ tasks, resource_budget: budget });

    expect(logOf(events)).toEqual([
      ...['0 a executing 1', '0 d executing 1', '4 a completed 1', '4 b executing 1'],
      ...['10 d pending 1', '10 b pending 1', '10 d cancelled 1', '10 b cancelled 1', '10 c cancelled 0'],
    ]);
    for (const event of events) if (event.type === 'task.cancelled') expect(event.error).toEqual(OUT_OF_TIME);
    const message = `${OUT_OF_TIME.message}: 3 of 4 tasks cancelled`;
    expect(endOf(events)).toEqual({ second: 10, type: 'run.failed', error: { code: 'E5203', message } });
    expect(error).toMatchObject({ code: 'E5203', message, details: { completed_tasks: 1, failed_tasks: 0, cancelled_tasks: 3 } });
  });

  it.each([
    [9.999, 'completed'],
    [10, 'cancelled'],
  ])('is kept to the millisecond: a task of %d s is %s', async (sec, status) => {
    const { events } = await simulate({ tasks: [task('a', sec)], resource_budget: budget });

    expect(logOf(events).at(-1)).toBe(`${sec} a ${status} 1`);
  });

  it('leaves a run alone that is done before', async () => {
    const { result } = await simulate({ tasks: [task('a', 9)], resource_budget: budget });

    expect(result).toMatchObject({ status: 'completed' });
  });

  it('counts a timeout of the task itself as such until then', async () => {
    const retry_policy = { max_retries: 9, initial_delay_sec: 1, backoff_multiplier: 1 };
    const { events } = await simulate({ tasks: [task('a', 60, { timeout_seconds: 3, retry_policy })], resource_budget: budget });

    // attempts at 0, 4 and 8 s; the third has 2 s left
    expect(events.filter((event) => event.type === 'task.pending').map((event) => event.error)).toEqual([
      { code: 'E5203', message: 'task a took longer than its timeout of 3 s' },
      { code: 'E5203', message: 'task a took longer than its timeout of 3 s' },
      OUT_OF_TIME,
    ]);
    expect(logOf(events).at(-1)).toBe('10 a cancelled 3');
  });

  it('lets no attempt start after it: a retry that comes later ends the task', async () => {
    const failing = task('a', 6, {
      retry_policy: { max_retries: 3, initial_delay_sec: 8 },
      metadata: { mock: { duration_sec: 6, fail_times: 9 } },
    });
    const { events } = await simulate({ tasks: [failing, task('b', 1, behind('a'))], resource_budget: budget });

    expect(logOf(events)).toEqual(['0 a executing 1', '6 a pending 1', '14 a cancelled 1', '14 b cancelled 0']);
    expect(endOf(events)).toMatchObject({ second: 14, type: 'run.failed', error: { code: 'E5203' } });
  });

  it('ends a run that nothing else would end, half a minute later: in between attempts, or waiting for a callback', async () => {
    const retry_policy = { max_retries: 3, initial_delay_sec: 3600, max_delay_sec: 3600 };
    const tasks = [
      task('a', 1, { retry_policy, metadata: { mock: { duration_sec: 1, fail_times: 9 } } }),
      task('b', 1, { ...behind('a'), task_type: 'tool_call', tool_name: 't' }),
    ];
    const agentExecutor = { execute: async (): Promise<AgentAnswer> => ({ accepted: true }) };

    const between = await simulate({ tasks, resource_budget: budget });
    const waiting = await simulate(
      { tasks: [{ ...tasks[0], timeout_seconds: 7200 }, tasks[1]], resource_budget: budget },
      { agentExecutor },
    );

    expect(logOf(between.events).slice(2)).toEqual(['40 a cancelled 1', '40 b cancelled 0']);
    expect(logOf(waiting.events)).toEqual(['0 a executing 1', '40 a cancelled 1', '40 b cancelled 0']);
    for (const { events, error } of [between, waiting]) {
      expect(events.filter((event) => event.type === 'task.cancelled').map((event) => event.error)).toEqual([OUT_OF_TIME, OUT_OF_TIME]);
      expect(endOf(events)).toEqual({ second: 40, type: 'run.failed', error: OUT_OF_TIME });
      expect(error).toMatchObject({ code: 'E5203', details: { cancelled_tasks: 2 } });
    }
  });

  it('ends tasks that wait for places or dependencies too', async () => {
    const tasks = Array.from({ length: 30 }, (_, i) => task(`t${i}`, 6, i % 3 === 2 ? behind(`t${i - 1}`, `t${i - 2}`) : {}));

    const { events } = await simulate({ tasks, resource_budget: { ...budget, max_parallel_tasks: 2 } });

    expect(logOf(events).filter((line) => line.includes('executing'))).toHaveLength(4);
    expect(logOf(events).filter((line) => line.startsWith('10') && line.includes('cancelled'))).toHaveLength(28);
    expect(endOf(events)).toMatchObject({ second: 10, error: { code: 'E5203' } });
  });

  it('tells agents how long they have, and aborts them by their signal', async () => {
    const seen: unknown[] = [];
    const execute = (_: string, { timeout }: AgentInput, signal: AbortSignal): Promise<AgentAnswer> => {
      seen.push(timeout);
      signal.addEventListener('abort', () => seen.push((signal.reason as Error).name));
      return new Promise(() => {});
    };

    await simulate(
      { tasks: [task('a', 0), task('b', 0, { timeout_seconds: 9.5 })], resource_budget: budget },
      { agentExecutor: { execute } },
    );

    expect(seen).toEqual([10, 9.5, 'TaskTimedOut', 'RunOutOfTime']);
  });
});

describe.each([
  ['max_token_count', 'tokens', (n: number) => ({ tokens_used: n })],
  ['max_cost_usd', 'USD', (n: number) => ({ cost_usd: n })],
])('%s', (name, unit, uses) => {
  const budget = { [name]: 10 };
  const usedUp = (used: number) => ({ code: 'E5501', message: `the run has used ${used} of its 10 ${unit} (${name})` });

  it('starts nothing once it is used up; what runs finishes', async () => {
    //  a ── c ── d      a uses it up while b runs
    //  b ── e
    const tasks = [
      ...[
        task('a', 2, {}, uses(10)),
        task('b', 5, {}, uses(3)),
        task('c', 1, behind('a')),
        task('d', 1, behind('c')),
        task('e', 1, behind('b')),
      ],
    ];

    const { events, error } = await simulate({ tasks, resource_budget: budget });

    expect(logOf(events)).toEqual([
      ...['0 a executing 1', '0 b executing 1', '2 a completed 1', '2 c cancelled 0', '2 d cancelled 0'],
      ...['5 b completed 1', '5 e cancelled 0'],
    ]);
    expect(events.filter((event) => event.type === 'task.cancelled').map((event) => event.error)).toEqual([
      usedUp(10),
      usedUp(10),
      usedUp(13),
    ]);
    const message = `${usedUp(13).message}: 3 of 5 tasks cancelled`;
    expect(endOf(events)).toEqual({ second: 5, type: 'run.failed', error: { code: 'E5501', message } });
    expect(error).toMatchObject({ code: 'E5501', message, details: { completed_tasks: 2, cancelled_tasks: 3 } });
  });

  it('is exceeded by no more than what was running', async () => {
    const tasks = Array.from({ length: 40 }, (_, i) => task(`t${i}`, 1 + (i % 4), {}, uses(1)));

    const { events } = await simulate({ tasks, resource_budget: { ...budget, max_parallel_tasks: 4 } });

    const completed = events.filter((event) => event.type === 'task.completed');
    expect(completed.length).toBeGreaterThanOrEqual(10);
    expect(completed.length).toBeLessThan(10 + 4);
    expect(endOf(events).error?.message).toBe(`${usedUp(completed.length).message}: ${40 - completed.length} of 40 tasks cancelled`);
  });

  it('is not used up by less than it, and allows all of it', async () => {
    const tasks = [task('a', 1, {}, uses(9)), task('b', 1, behind('a'), uses(1)), task('c', 1, behind('b'), uses(1))];

    expect((await simulate({ tasks: tasks.slice(0, 2), resource_budget: budget })).result).toMatchObject({ status: 'completed' });
    expect(logOf((await simulate({ tasks, resource_budget: budget })).events).at(-1)).toBe('2 c cancelled 0');
  });

  it('lets no failed attempt be repeated, and counts none', async () => {
    const mock = { duration_sec: 4, fail_times: 1, outputs: uses(10) };
    const failing = task('a', 0, { retry_policy: { max_retries: 3, initial_delay_sec: 1 }, metadata: { mock } });

    const alone = await simulate({ tasks: [failing, task('b', 1, behind('a'))], resource_budget: budget });
    const beside = await simulate({ tasks: [failing, task('b', 3, {}, uses(10))], resource_budget: budget });

    expect(logOf(alone.events).slice(2)).toEqual(['5 a executing 2', '9 a completed 2', '9 b cancelled 0']);
    expect(logOf(beside.events).slice(2)).toEqual(['3 b completed 1', '4 a pending 1', '5 a cancelled 1']);
  });

  it('says which tasks failed beside', async () => {
    const failing = task('a', 1, { metadata: { mock: { duration_sec: 1, fail_times: 9, error: 'no luck' } } });
    const tasks = [failing, task('b', 2, {}, uses(10)), task('c', 1, behind('a')), task('d', 1, behind('b'))];

    const { events, error } = await simulate({ tasks, resource_budget: budget });

    expect(logOf(events).slice(-3)).toEqual(['1 c blocked 0', '2 b completed 1', '2 d cancelled 0']);
    expect(error).toMatchObject({
      code: 'E5501',
      message: `${usedUp(10).message}: 1 of 4 tasks cancelled, 1 failed`,
      details: { failed_tasks: 1, blocked_tasks: 1, cancelled_tasks: 1, errors: [{ task_id: 'a', message: 'no luck' }] },
    });
  });
});
