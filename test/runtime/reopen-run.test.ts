import { expect, it } from 'vitest';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { reopenRun } from '../../lib/runtime/control-run.ts';
import type { Reopening } from '../../lib/runtime/next-order.ts';
import type { RunOrder } from '../../lib/runtime/ports/runs.ts';
import type { WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import type { SubmitPorts } from '../../lib/runtime/start-run.ts';
import { newRun, runSpec, totals } from '../contract/factories.ts';

const AT = '2026-01-01T00:00:00.000Z';
const INTERRUPTED = { status: 'failed', error: { code: 'E5200', message: 'died' }, totals: totals(), at: AT } as const;
const RETRY = { mode: 'retry', max_retries: 5, folder: 'second', plan_folder: 'changed' } as const satisfies RunOrder;
const RESUME = { mode: 'resume', folder: 'third' } as const satisfies Reopening;

/** A run that was interrupted and is being retried, by a changed plan. */
async function retried() {
  const store = new SqliteStore({ path: ':memory:' });
  const dispatch = async () => ({});
  const runtime = makeRuntime({ store, engine: {} as WorkflowEngine, dispatch, clock: new VirtualClock(0) });
  const ports: SubmitPorts = { runtime, blobs: new MemoryBlobStore(), queue: { send: async () => {} } };
  await store.createRun(newRun('run'), runSpec(2));
  await store.startRun('run', AT);
  await store.endRun('run', INTERRUPTED);
  await reopenRun(ports, 'run', RETRY);
  const order = async () => (await store.getControl('run'))!.order;
  return { store, ports, order };
}

it('a retry that was interrupted is resumed with its number of retries, and its plan', async () => {
  const { store, ports, order } = await retried();
  await store.planRun('run/2', { plan_id: 'plan', goal_id: null, machine: 'machine' }, runSpec(2));
  await store.startRun('run/2', AT);
  await store.endRun('run/2', INTERRUPTED);

  await reopenRun(ports, 'run', RESUME);

  expect(await order()).toEqual({ mode: 'resume', max_retries: 5, folder: 'third', plan_folder: 'changed' });
});

it('a retry that was paused before it was planned is the retry still when it goes on', async () => {
  const { store, ports, order } = await retried();
  await store.moveRun('run/2', ['queued'], 'paused', AT);

  await reopenRun(ports, 'run', RESUME);

  expect(await store.getControl('run')).toMatchObject({ status: 'queued', execution: 3 });
  expect(await order()).toEqual({ ...RETRY, folder: 'third', is_new_plan: true });
});
