import { expect, it } from 'vitest';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { settleTask } from '../../lib/runtime/settle-task.ts';
import { at } from '../contract/factories.ts';

const LOST = { Error: 'Lambda.Unknown', Cause: 'the answer got lost' };

/** A run in which `first` has completed, and nobody knows. */
async function runOf(tasks: object[]) {
  const { store, runtime } = new LocalPlatform({ clock: new VirtualClock(Date.parse(at(9)), 'manual') });
  const { compilation } = preparePlan({ plan_id: 'p', tasks });
  await store.createRun({ run_id: 'run', plan_id: 'p', goal_id: null, context: {}, created_at: at(0) }, compilation.spec);
  await store.startRun('run', at(1));
  await store.claimTask('run', { ordinal: 0, id: 'first' }, 1, at(2));
  await store.completeTask('run', { ordinal: 0, id: 'first' }, 1, { answer: 42 }, at(3));
  return { store, runtime };
}

it('a task that has completed although its state failed leaves what is behind it to the next execution', async () => {
  const { store, runtime } = await runOf([
    { task_id: 'first' },
    { task_id: 'behind', dependencies: [{ task_id: 'first' }] },
    { task_id: 'beside' },
  ]);

  for (const _ of ['once', 'again']) await settleTask(runtime, { run_id: 'run', task: 0, error: LOST });

  expect(await store.getRun('run')).toMatchObject({
    status: 'failed',
    error: { code: 'E5200', message: expect.stringMatching(/first has completed.*got lost/) },
  });
  expect((await store.listTasks('run')).map(({ status }) => status)).toEqual(['completed', 'cancelled', 'cancelled']);
});

it('a task behind which there is nothing is as good as if its state had not failed', async () => {
  const { store, runtime } = await runOf([{ task_id: 'first' }, { task_id: 'beside' }]);

  await settleTask(runtime, { run_id: 'run', task: 0, error: LOST });

  expect(await store.getRun('run')).toMatchObject({ status: 'executing' });
});

it('gates that wait in the lost execution open, although the store forgets who waits once the run has ended', async () => {
  const { store, runtime } = await runOf([
    { task_id: 'first' },
    { task_id: 'behind', dependencies: [{ task_id: 'first' }] },
    { task_id: 'beside', dependencies: [{ task_id: 'first' }] },
    { task_id: 'join', dependencies: [{ task_id: 'behind' }, { task_id: 'beside' }], trigger_rule: 'all_done' },
  ]);
  await store.addToken('run', 3, 'token of join');
  const opened: string[] = [];
  const engine = { ...runtime.engine, openGate: async (token: string) => opened.push(token) > 0 };

  await settleTask({ ...runtime, engine }, { run_id: 'run', task: 0, error: LOST });

  expect(opened).toEqual(['token of join']);
});
