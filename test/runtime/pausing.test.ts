import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { RunSpec, TaskRecord } from '../../lib/model/task-record.ts';
import { pauseRun, reopenRun } from '../../lib/runtime/control-run.ts';
import { drainRun } from '../../lib/runtime/drain-run.ts';
import { driveRun } from '../../lib/runtime/drive-run.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { newRun, task, taskRecord } from '../contract/factories.ts';

const RUN = 'run';
const SHARED = 'gpu';
const STOPPED = { reason: 'stopped' };
const start = Date.UTC(2026, 0, 1);
const timestamp = (sec: number): string => new Date(start + sec * 1000).toISOString();

/** A run that executes, of tasks that take 300 seconds at the most. */
async function world({ claimLagSec = 0, records = [taskRecord(0), taskRecord(1)] }: { claimLagSec?: number; records?: TaskRecord[] } = {}) {
  const store = new SqliteStore({ path: ':memory:', claimLagSec });
  const clock = new VirtualClock(start, 'manual');
  const stopped: string[] = [];
  const sent: { runId: string; delaySec: number; status: string | undefined }[] = [];
  const engine = {
    ensureMachine: async () => {},
    startExecution: async () => {},
    stopExecution: async (_machine: string, execution: string) => void stopped.push(execution),
    openGate: async () => false,
    failTask: async () => false,
    heartbeat: async () => false,
  };
  const runtime = makeRuntime({ store, engine, dispatch: async () => ({}), clock });
  const queue = {
    send: async (runId: string, delaySec: number) => void sent.push({ runId, delaySec, status: (await store.getRun(runId))?.status }),
  };
  const spec: RunSpec = { tasks: records, pools: {} };
  await store.putSharedPool({ name: SHARED, limit: 1 });
  await store.createRun(newRun(RUN, { machine: 'machine' }), spec);
  await store.startRun(RUN, timestamp(0));
  const ports = { runtime, blobs: new MemoryBlobStore(), queue };
  const statusOf = async (): Promise<string> => (await store.getRun(RUN))!.status;
  return { store, clock, runtime, ports, stopped, sent, statusOf };
}

describe('a run that is being paused', () => {
  it('is looked after late enough for the change to have come, and soon after it', async () => {
    const { ports, store, sent } = await world();
    await store.claimTask(RUN, task(0), 1, timestamp(0));

    await pauseRun(ports, RUN);

    expect(sent).toEqual([
      { runId: RUN, delaySec: 60, status: 'executing' },
      { runId: RUN, delaySec: 2, status: 'pausing' },
    ]);
  });

  it('keeps the shared places of what still runs when its execution is over', async () => {
    const gated = { ...taskRecord(0), gate: { dependencies: [], pools: [], sharedPool: SHARED } };
    const { runtime, store, statusOf } = await world({ records: [gated, taskRecord(1)] });
    const held = async (): Promise<number> => (await store.listSharedPools())[0]!.held;
    await store.takePlaces(RUN, 0, [{ pool: SHARED, limit: 'shared' }]);
    await store.claimTask(RUN, task(0), 1, timestamp(0));
    await store.moveRun(RUN, ['executing'], 'pausing', timestamp(0));

    await settleRun(runtime, RUN, STOPPED);
    expect([await statusOf(), await held()]).toEqual(['pausing', 1]);

    await store.completeTask(RUN, task(0), 1, {}, timestamp(1));
    await settleRun(runtime, RUN, STOPPED);
    expect([await statusOf(), await held()]).toEqual(['paused', 0]);
  });

  it('has its execution stopped though it was resumed before that, and whether or not it was paused again', async () => {
    const { ports, store, stopped, statusOf } = await world();
    await store.moveRun(RUN, ['executing'], 'pausing', timestamp(0));
    await store.moveRun(RUN, ['pausing'], 'paused', timestamp(1)); // who asked for it died before it stopped anything
    await reopenRun(ports, RUN, { mode: 'resume', folder: 'next' });
    await pauseRun(ports, RUN);
    expect(stopped).toEqual([]);

    await driveRun(ports, RUN);
    expect([await statusOf(), stopped]).toEqual(['paused', ['run-1']]);

    await reopenRun(ports, RUN, { mode: 'resume', folder: 'next' });
    await driveRun(ports, RUN, async () => {
      expect(stopped).toEqual(['run-1', 'run-1']);
      return false;
    });
    expect(stopped).toHaveLength(2);
  });

  it('is not paused while an attempt may still be claimed by who has read that it executes', async () => {
    const { runtime, store, clock, statusOf } = await world({ claimLagSec: 2 });
    await store.moveRun(RUN, ['executing'], 'pausing', timestamp(0));

    await settleRun(runtime, RUN, STOPPED);
    expect(await statusOf()).toBe('pausing');

    await store.claimTask(RUN, task(0), 1, timestamp(1));
    await clock.advanceBy(2000);
    expect(await drainRun(runtime, RUN)).toBe(false);

    await store.completeTask(RUN, task(0), 1, {}, timestamp(2));
    expect(await drainRun(runtime, RUN)).toBe(true);
    expect(await statusOf()).toBe('paused');
  });

  it('counts no failure of an attempt whose process died', async () => {
    const { runtime, store, clock, statusOf } = await world();
    await store.claimTask(RUN, task(0), 1, timestamp(0));
    await store.moveRun(RUN, ['executing'], 'pausing', timestamp(0));

    await clock.advanceBy(329_000);
    expect(await drainRun(runtime, RUN)).toBe(false);
    await clock.advanceBy(1000);
    expect(await drainRun(runtime, RUN)).toBe(true);

    expect(await statusOf()).toBe('paused');
    expect(await store.listProgress(RUN)).toMatchObject([{ ordinal: 0, status: 'executing', failures: 0 }]);
  });

  it('counts a report that never came as a failure', async () => {
    const { runtime, store, clock } = await world({ records: [{ ...taskRecord(0), callback: true }, taskRecord(1)] });
    await store.claimTask(RUN, task(0), 1, timestamp(0));
    await store.moveRun(RUN, ['executing'], 'pausing', timestamp(0));

    await clock.advanceBy(330_000);
    await drainRun(runtime, RUN);

    expect(await store.listProgress(RUN)).toMatchObject([{ status: 'pending', failures: 1, error: { code: 'E5203' } }]);
  });

  it('has its execution stopped also when its last attempt has ended before that', async () => {
    const { ports, runtime, store, stopped, statusOf } = await world();
    await store.moveRun(RUN, ['executing'], 'pausing', timestamp(0)); // and who paused it died here
    await drainRun(runtime, RUN);
    expect([await statusOf(), stopped]).toEqual(['paused', []]);

    await driveRun(ports, RUN);

    expect(stopped).toEqual(['run-1']);
  });
});
