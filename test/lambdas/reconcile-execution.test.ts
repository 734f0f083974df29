import { expect, it } from 'vitest';
import { reconcile } from '../../lambdas/reconcile-execution.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { RUN_ID, statusChange } from '../aws/status-change.ts';
import { at, createRun, task, totals } from '../contract/factories.ts';

async function startedRun() {
  const { runtime, store } = new LocalPlatform({ clock: new VirtualClock(Date.parse(at(9)), 'manual') });
  await createRun(store, RUN_ID, 2);
  await store.startRun(RUN_ID, at(1));
  return { runtime, store };
}

it('fails a run whose execution died, with what is known of its tasks', async () => {
  const { runtime, store } = await startedRun();
  await store.claimTask(RUN_ID, task(0), 1, at(2));
  await store.completeTask(RUN_ID, task(0), 1, {}, at(3));

  await reconcile(runtime, statusChange('TIMED_OUT'));

  expect(await store.getRun(RUN_ID)).toMatchObject({
    status: 'failed',
    error: { code: 'E5200', message: 'the execution ended TIMED_OUT' },
    completed_at: at(9),
    totals: totals({ completed: 1, executed: 1, unfinished: 1 }),
  });
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
