import { expect, it } from 'vitest';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { completeCallback } from '../../lib/runtime/complete-callback.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { at, newRun, task, taskRecord } from '../contract/factories.ts';

it('has the state of an attempt ask again that another took over from, and maybe died', async () => {
  const store = new SqliteStore({ path: ':memory:' });
  const told: string[] = [];
  const engine = {
    ensureMachine: async () => {},
    startExecution: async () => {},
    stopExecution: async () => {},
    openGate: async () => false,
    failTask: async (token: string, { name }: { name: string }) => told.push(`${token} ${name}`) > 0,
    heartbeat: async () => false,
  };
  const runtime = makeRuntime({
    store,
    engine,
    dispatch: async () => ({}),
    clock: { now: () => Date.parse(at(9)), setTimer: () => ({ cancel: () => {} }) },
  });
  await store.createRun(newRun('run'), { tasks: [{ ...taskRecord(0), callback: true }], pools: {} });
  await store.startRun('run', at(0));
  await store.claimTask('run', task(0), 1, at(1));
  await store.putCallback('callback', { ref: 'run', ordinal: 0, attempt: 1, token: 'first' });
  await store.claimTask('run', task(0), 2, at(2));

  const outcome = await completeCallback(runtime, 'callback', { status: 'succeeded', outputs: {} });

  expect(outcome).toBe('expired');
  expect(told).toEqual(['first AttemptSuperseded']);
});
