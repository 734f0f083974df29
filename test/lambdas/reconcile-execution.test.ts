import { expect, it } from 'vitest';
import { reconcile } from '../../lambdas/reconcile-execution.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { RunBudget } from '../../lib/model/task-record.ts';
import { RUN_ID, statusChange } from '../aws/status-change.ts';
import { at, newRun, runSpec, task, totals } from '../contract/factories.ts';

async function startedRun(tasks = 2, budget?: RunBudget) {
  const { runtime, store } = new LocalPlatform({ clock: new VirtualClock(Date.parse(at(9)), 'manual') });
  await store.createRun(newRun(RUN_ID), { ...runSpec(tasks), ...(budget && { budget }) });
  await store.startRun(RUN_ID, at(1));
  return { runtime, store };
}

it('fails a run whose execution died, with what is known of its tasks', async () => {
  const { runtime, store } = await startedRun();
  await store.claimTask(RUN_ID, task(0), 1, at(2));
  await store.completeTask(RUN_ID, task(0), 1, {}, at(3));

  await reconcile(runtime, statusChange('ABORTED'));

  expect(await store.getRun(RUN_ID)).toMatchObject({
    status: 'failed',
    error: { code: 'E5200', message: 'the execution ended ABORTED' },
    completed_at: at(9),
    totals: totals({ completed: 1, cancelled: 1, executed: 1 }),
  });
});

it.each([
  [{ maxExecutionTimeSec: 5 }, { code: 'E5203', message: 'the run is over its max_execution_time_sec of 5 s' }],
  [undefined, { code: 'E5200', message: 'the execution ended TIMED_OUT' }],
])('cancels what was left of a run whose time was up, with the budget %j', async (budget, error) => {
  const { runtime, store } = await startedRun(3, budget);
  await store.claimTask(RUN_ID, task(0), 1, at(2));
  await store.completeTask(RUN_ID, task(0), 1, {}, at(3));
  await store.claimTask(RUN_ID, task(1), 1, at(2));

  await reconcile(runtime, statusChange('TIMED_OUT'));
  await reconcile(runtime, statusChange('TIMED_OUT'));

  expect(await store.getRun(RUN_ID)).toMatchObject({
    status: 'failed',
    error,
    completed_at: at(9),
    totals: totals({ completed: 1, cancelled: 2, executed: 2 }),
  });
  expect((await store.listTasks(RUN_ID)).map((item) => [item.status, item.error])).toEqual([
    ['completed', null],
    ['cancelled', error],
    ['cancelled', error],
  ]);
});

it('does so once', async () => {
  const { runtime, store } = await startedRun();

  await reconcile(runtime, statusChange('ABORTED'));
  await reconcile(runtime, statusChange('TIMED_OUT'));

  expect(await store.getRun(RUN_ID)).toMatchObject({ error: { message: 'the execution ended ABORTED' } });
  expect(await store.getStatistics()).toMatchObject({ plans_executed: 1 });
});

it('leaves a run alone that finish-run has ended', async () => {
  const { runtime, store } = await startedRun();
  await store.endRun(RUN_ID, { status: 'completed', error: null, totals: totals(), at: at(5) });

  await reconcile(runtime, statusChange('FAILED'));

  expect(await store.getRun(RUN_ID)).toMatchObject({ status: 'completed', error: null });
});

it.each([
  ['an execution that goes on', statusChange('RUNNING')],
  ['an execution that ended well', statusChange('SUCCEEDED')],
  ['a child execution', statusChange('FAILED', { name: 'd2f3a5e1-93a5-4f40-8a3c-5c1f0f3b9c2e' })],
  ['a child execution whose name ends in digits', statusChange('FAILED', { name: 'd2f3a5e1-93a5-4f40-8a3c-501203456789' })],
  ['the execution of a run that is not there', statusChange('FAILED', { name: 'other-1' })],
])('does nothing about %s', async (_, event) => {
  const { runtime, store } = await startedRun();

  await reconcile(runtime, event);

  expect((await store.listRuns(10)).map(({ run_id, status }) => [run_id, status])).toEqual([[RUN_ID, 'executing']]);
});
