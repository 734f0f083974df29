import { expect, it } from 'vitest';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { settleTask } from '../../lib/runtime/settle-task.ts';
import { at } from '../contract/factories.ts';

const FAILED = { Error: 'E5202', Cause: JSON.stringify({ errorType: 'E5202', errorMessage: 'it failed' }) };

async function runOf(plan: object) {
  const { store, runtime } = new LocalPlatform({ clock: new VirtualClock(Date.parse(at(9)), 'manual') });
  const { compilation } = preparePlan({ plan_id: 'p', ...plan });
  await store.createRun({ run_id: 'run', plan_id: 'p', goal_id: null, context: {}, created_at: at(0) }, compilation.spec);
  await store.startRun('run', at(1));
  const ordinals = new Map(compilation.spec.tasks.map(({ id, ordinal }) => [id, ordinal]));
  return { store, runtime, ordinalOf: (id: string): number => ordinals.get(id)! };
}

/** The store, with a method of its own. */
function storeWith(store: RunStore, own: Partial<RunStore>): RunStore {
  return new Proxy(store, {
    get: (target, name: keyof RunStore) => own[name] ?? (target[name] as (...parameters: unknown[]) => unknown).bind(target),
  });
}

it('a failure in a fail_fast compound cancels the items of a foreach that began while it was settled', async () => {
  const { store, runtime, ordinalOf } = await runOf({
    tasks: [
      {
        task_id: 'c',
        task_type: 'compound',
        on_failure: 'fail_fast',
        subtasks: [{ task_id: 'fails' }, { task_id: 'each', task_type: 'compound', foreach: [1, 2], subtasks: [{ task_id: 'x' }] }],
      },
    ],
  });
  const [begin, each, fails] = [ordinalOf('c/each/(begin)'), ordinalOf('c/each'), ordinalOf('c/fails')];
  await store.claimTask('run', { ordinal: begin, id: 'c/each/(begin)' }, 1, at(2));
  await store.completeTask('run', { ordinal: begin, id: 'c/each/(begin)' }, 1, { items: [1, 2] }, at(3));
  const growing = storeWith(store, {
    failTask: async (...failure) => {
      await store.addExpansion('run', { task: each, count: 2, size: 2 });
      return store.failTask(...failure);
    },
  });

  await settleTask({ ...runtime, store: growing }, { run_id: 'run', task: fails, error: FAILED });

  const statuses = (await store.listTasks('run'))
    .filter(({ ordinal }) => ordinal > Math.max(begin, each, fails))
    .map(({ status }) => status);
  expect(statuses).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
});

it('a run that was cut off is interrupted, though a task of its fail_fast plan had failed and who settled it died half-way', async () => {
  const { store, runtime, ordinalOf } = await runOf({ on_failure: 'fail_fast', tasks: [{ task_id: 'fails' }, { task_id: 'goes on' }] });
  await store.claimTask('run', { ordinal: ordinalOf('goes on'), id: 'goes on' }, 1, at(2));
  await store.failTask('run', { ordinal: ordinalOf('fails'), id: 'fails' }, { code: 'E5202', message: 'it failed' }, at(3));
  const dying = storeWith(store, { endRun: () => Promise.reject(new Error('it died')) });

  await expect(settleRun({ ...runtime, store: dying }, 'run', { reason: 'stopped' })).rejects.toThrow('it died');
  await settleRun(runtime, 'run', { reason: 'stopped' });

  expect(await store.getRun('run')).toMatchObject({ status: 'failed', error: { code: 'E5200', message: 'stopped' } });
});

it('a compound that holds nothing but a foreach is cancelled with it by a failure elsewhere in a fail_fast plan', async () => {
  const { store, runtime, ordinalOf } = await runOf({
    on_failure: 'fail_fast',
    tasks: [
      { task_id: 'fails' },
      { task_id: 'before' },
      { task_id: 'c', task_type: 'compound', dependencies: [{ task_id: 'before' }], subtasks: [{ task_id: 'each', foreach: [1, 2] }] },
    ],
  });

  await settleTask(runtime, { run_id: 'run', task: ordinalOf('fails'), error: FAILED });

  const ended = new Map((await store.listTasks('run')).map(({ ordinal, status }) => [ordinal, status]));
  expect(['c/each/(begin)', 'c/each', 'c'].map((id) => ended.get(ordinalOf(id)))).toEqual(['cancelled', 'cancelled', 'cancelled']);
});
