import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { RunBudget, TaskRecord } from '../../lib/model/task-record.ts';
import { finishRun } from '../../lib/runtime/finish-run.ts';
import type { Dispatch } from '../../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { runTask } from '../../lib/runtime/run-task.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { settleTask } from '../../lib/runtime/settle-task.ts';

const AT = '2026-01-01T00:00:00.000Z';
const RUN = 'run';

const record = (ordinal: number, fields: Partial<TaskRecord> = {}): TaskRecord => ({
  ordinal,
  id: `t${ordinal}`,
  name: `t${ordinal}`,
  type: 'atomic',
  content: '',
  toolName: null,
  agentId: null,
  inputs: {},
  boundInputs: {},
  references: {},
  timeoutSec: 60,
  dependencies: [],
  dependents: [],
  opens: [],
  rank: ordinal,
  ...fields,
});

/** A run of the given tasks; `dispatch` is called with each attempt, `opened` has the tokens that were answered. */
async function world(tasks: TaskRecord[], dispatch: (attempt: Dispatch) => Promise<JsonObject> = async () => ({}), budget?: RunBudget) {
  const events: RunEvent[] = [];
  const opened: string[] = [];
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push(event) });
  await store.createRun(
    { run_id: RUN, plan_id: 'p', goal_id: null, context: {}, created_at: AT },
    { tasks, pools: {}, ...(budget && { budget }) },
  );
  await store.startRun(RUN, AT);
  const engine = {
    ensureMachine: async () => {},
    startExecution: async () => {},
    stopExecution: async () => {},
    openGate: async (token: string) => {
      opened.push(token);
      return true;
    },
    failTask: async () => true,
    heartbeat: async () => true,
  };
  const runtime = makeRuntime({ store, engine, dispatch, clock: { now: () => Date.parse(AT), setTimer: () => ({ cancel: () => {} }) } });
  const attempt = (task: number) => runTask(runtime, { run_id: RUN, task });
  const types = () =>
    events.filter((event) => event.task_id !== undefined).map((event) => `${event.task_id} ${event.type.slice(5)} ${event.attempt}`);
  return { store, runtime, attempt, opened, types };
}

/** A promise to be settled by hand. */
function pending(): { promise: Promise<JsonObject>; resolve: (value: JsonObject) => void } {
  let resolve: (value: JsonObject) => void = () => {};
  const promise = new Promise<JsonObject>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('runTask', () => {
  it('discards the result of an attempt that another has taken over from', async () => {
    const answers = [pending(), pending()];
    const { attempt, store, types } = await world([record(0)], ({ attempt: number }) => answers[number - 1]!.promise);
    const first = attempt(0);
    await new Promise(setImmediate);
    const second = attempt(0);
    await new Promise(setImmediate);

    answers[0]!.resolve({ from: 1 });
    await expect(first).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    answers[1]!.resolve({ from: 2 });
    await second;

    expect((await store.listTasks(RUN))[0]).toMatchObject({ status: 'completed', attempt: 2, outputs: { from: 2 } });
    expect(types()).toEqual(['t0 executing 1', 't0 executing 2', 't0 completed 2']);
  });

  it('does not dispatch a completed task again, but tells its dependents again', async () => {
    let dispatched = 0;
    const gated = record(1, { dependencies: [0], gate: { dependencies: [0], pools: [] } });
    const { attempt, store, opened } = await world([record(0, { opens: [1], dependents: [1] }), gated], async () => ({ n: ++dispatched }));
    await store.addToken(RUN, 1, 'token');

    await attempt(0);
    await attempt(0);

    expect(dispatched).toBe(1);
    expect(opened).toEqual(['token', 'token']);
  });

  it('does not start a task before its dependencies, whoever calls it', async () => {
    const { attempt, types } = await world([record(0), record(1, { dependencies: [0] })]);

    await expect(attempt(1)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    expect(types()).toEqual([]);
  });

  it('counts no failure of an attempt that is stopped with its run', async () => {
    const { attempt, runtime, store, types } = await world([record(0)], () => new Promise(() => {}));
    const running = attempt(0);
    await new Promise(setImmediate);

    runtime.attempts.abort(RUN, 'the run was cancelled');

    await expect(running).rejects.toMatchObject({ name: 'RunStopped' });
    expect(types()).toEqual(['t0 executing 1']);
    expect(await store.listProgress(RUN)).toMatchObject([{ status: 'executing', failures: 0 }]);
  });

  it('starts nothing once the run is over', async () => {
    const { attempt, runtime, types } = await world([record(0), record(1)]);
    await attempt(0);
    await expect(finishRun(runtime, { run_id: RUN })).rejects.toMatchObject({ name: 'E5200' }); // t1 is left

    await expect(attempt(1)).rejects.toMatchObject({ name: 'RunStopped' });
    expect(types()).toEqual(['t0 executing 1', 't0 completed 1']);
  });

  it('goes back to pending with the error when an attempt fails', async () => {
    const { attempt, store } = await world([record(0)], async () => {
      throw new Error('no luck');
    });

    await expect(attempt(0)).rejects.toMatchObject({ name: 'TaskFailed', message: 'no luck' });

    expect((await store.listTasks(RUN))[0]).toMatchObject({ status: 'pending', attempt: 1, error: { code: 'E5202', message: 'no luck' } });
  });
});

describe('settleTask', () => {
  const chain = () => [
    record(0, { dependents: [1] }),
    record(1, { dependencies: [0], dependents: [2] }),
    record(2, { dependencies: [1], gate: { dependencies: [1], pools: [] } }),
  ];
  const failure = {
    run_id: RUN,
    task: 0,
    error: { Error: 'TaskTimedOut', Cause: '{"errorType":"TaskTimedOut","errorMessage":"too slow"}' },
  };

  it('fails the task, blocks all that depends on it and opens their gates, and may be repeated', async () => {
    const { runtime, store, opened, types } = await world(chain());
    await store.addToken(RUN, 2, 'token');

    await settleTask(runtime, failure);
    await settleTask(runtime, failure);

    expect(await store.listTasks(RUN)).toMatchObject([
      { status: 'failed', error: { code: 'E5203', message: 'too slow' } },
      { status: 'blocked', error: { code: 'E5204', message: 'blocked by the failure of t0' } },
      { status: 'blocked' },
    ]);
    expect(opened).toEqual(['token', 'token']);
    expect(types()).toEqual(['t0 failed 0', 't1 blocked 0', 't2 blocked 0']);
  });

  const over = { ...failure, error: { Error: 'RunOutOfTime', Cause: '{"errorMessage":"the run is over"}' } };

  it('cancels the task and all that depends on it where the run is over, and may be repeated', async () => {
    const { runtime, store, opened, types } = await world(chain());
    await store.addToken(RUN, 2, 'token');

    await settleTask(runtime, over);
    await settleTask(runtime, over);

    const error = { code: 'E5203', message: 'the run is over' };
    expect(await store.listTasks(RUN)).toMatchObject(Array(3).fill({ status: 'cancelled', attempt: 0, error }));
    expect(opened).toEqual(['token', 'token']);
    expect(types()).toEqual(['t0 cancelled 0', 't1 cancelled 0', 't2 cancelled 0']);
  });

  it('leaves what another has cancelled to it, with all behind it', async () => {
    const { runtime, store, types } = await world(chain());
    await store.cancelTasks(RUN, [{ ordinal: 1, id: 't1' }], { code: 'E5203', message: 'another' }, AT);

    await settleTask(runtime, over);

    expect(types()).toEqual(['t1 cancelled 0', 't0 cancelled 0']);
  });

  it('believes the store when the task was completed and only its answer got lost', async () => {
    const { runtime, attempt, store } = await world(chain());
    await attempt(0);

    await settleTask(runtime, failure);
    await settleTask(runtime, over);

    expect((await store.listTasks(RUN))[0]).toMatchObject({ status: 'completed' });
  });
});

describe('finishRun', () => {
  it('adds the totals to the statistics once, however often it is called', async () => {
    const { runtime, attempt, store } = await world([record(0)]);
    await attempt(0);

    await finishRun(runtime, { run_id: RUN });
    await finishRun(runtime, { run_id: RUN });

    expect(await store.getStatistics()).toMatchObject({ plans_executed: 1, tasks_executed: 1, tasks_completed: 1 });
  });

  it('says why tasks were cancelled, the same when it is repeated', async () => {
    const { runtime, attempt, store } = await world([record(0), record(1)], async () => ({ tokens_used: 5 }), { maxTokenCount: 5 });
    await attempt(0);
    await expect(attempt(1)).rejects.toMatchObject({ name: 'BudgetUsedUp' });
    await settleTask(runtime, { run_id: RUN, task: 1, error: { Error: 'BudgetUsedUp' } });

    for (let n = 0; n < 2; n++) {
      await expect(finishRun(runtime, { run_id: RUN })).rejects.toMatchObject({ name: 'E5501' });
      const message = 'the run has used 5 of its 5 tokens (max_token_count): 1 of 2 tasks cancelled';
      expect(await store.getRun(RUN)).toMatchObject({ status: 'failed', error: { code: 'E5501', message }, totals: { cancelled: 1 } });
    }
  });

  it('has completed a run whose last task used its budget up', async () => {
    const { runtime, attempt, store } = await world([record(0)], async () => ({ cost_usd: 9 }), {
      maxCostUsd: 5,
      maxExecutionTimeSec: 0.001,
    });
    await attempt(0);

    await finishRun(runtime, { run_id: RUN });

    expect(await store.getRun(RUN)).toMatchObject({ status: 'completed', error: null, cost_usd: 9 });
  });
});
