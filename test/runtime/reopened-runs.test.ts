import { expect, it } from 'vitest';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { cancelRun, pauseRun, reopenRun } from '../../lib/runtime/control-run.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { at, newRun, runSpec, totals } from '../contract/factories.ts';

/** A run that has failed, with folders `first`. */
async function failedRun() {
  const store = new SqliteStore({ path: ':memory:' });
  const engine = {
    ensureMachine: async () => {},
    startExecution: async () => {},
    stopExecution: async () => {},
    openGate: async () => false,
    failTask: async () => false,
    heartbeat: async () => false,
  };
  const clock = { now: () => Date.parse(at(9)), setTimer: () => ({ cancel: () => {} }) };
  const runtime = makeRuntime({ store, engine, dispatch: async () => ({}), clock });
  const ports = { runtime, blobs: new MemoryBlobStore(), queue: { send: async () => {} } };
  await store.createRun(newRun('run', { folder: 'first' }), runSpec(2));
  await store.startRun('run', at(1));
  await store.endRun('run', { status: 'failed', error: { code: 'E5204', message: 'failed' }, totals: totals(), at: at(2) });
  const orderOf = async () => (await store.getControl('run'))!.order;
  return { store, ports, orderOf };
}

it('resumes a retry that was paused before it was planned as the retry that it is', async () => {
  const { ports, orderOf } = await failedRun();
  await reopenRun(ports, 'run', { mode: 'retry', folder: 'second', plan_folder: 'second', max_retries: 5 });
  await pauseRun(ports, 'run');

  await reopenRun(ports, 'run', { mode: 'resume', folder: 'third' });

  expect(await orderOf()).toEqual({ mode: 'retry', folder: 'third', plan_folder: 'second', is_new_plan: true, max_retries: 5 });
});

it('runs again what a changed plan has changed that was cancelled before it was planned', async () => {
  const { ports, orderOf } = await failedRun();
  await reopenRun(ports, 'run', { mode: 'retry', folder: 'second', plan_folder: 'second', max_retries: 5 });
  await cancelRun(ports, 'run');

  await reopenRun(ports, 'run', { mode: 'retry', folder: 'third' });

  expect(await orderOf()).toEqual({ mode: 'retry', folder: 'third', plan_folder: 'second', is_new_plan: true });
});

it('resumes a retry under way as it stands, with its retries', async () => {
  const { store, ports, orderOf } = await failedRun();
  await reopenRun(ports, 'run', { mode: 'retry', folder: 'second', plan_folder: 'second', max_retries: 0 });
  await store.planRun('run/2', { plan_id: 'plan', goal_id: null, machine: 'machine' }, runSpec(2));
  await pauseRun(ports, 'run');

  await reopenRun(ports, 'run', { mode: 'resume', folder: 'third' });

  expect(await orderOf()).toEqual({ mode: 'resume', folder: 'third', plan_folder: 'second', max_retries: 0 });
});
