import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeMark, openMark } from '../../lib/local/process-mark.ts';
import { RealClock } from '../../lib/local/real-clock.ts';
import { SharedPoolWatch } from '../../lib/local/shared-pool-watch.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import type { RunSpec } from '../../lib/model/task-record.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { at, newRun, RESUME, taskRecord } from '../contract/factories.ts';

const POOL = 'gpu';
const shared = [{ pool: POOL, limit: 'shared' as const }];
const spec: RunSpec = { tasks: [{ ...taskRecord(0), gate: { dependencies: [], pools: [], sharedPool: POOL } }], pools: {} };

let folder: string;
let stores: SqliteStore[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shared-pool-'));
  stores = [];
});

afterEach(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true });
});

function storeOf(mark: string): SqliteStore {
  const store = new SqliteStore({ path: join(folder, 'store.db'), process: mark });
  stores.push(store);
  return store;
}

/** A run that was paused with a task under way, and is resumed: it holds the task's shared place, and has not started yet. */
async function resumedRun(store: SqliteStore): Promise<void> {
  await store.createRun(newRun('resumed'), spec);
  await store.startRun('resumed', at(1));
  await store.moveRun('resumed', ['executing'], 'pausing', at(2));
  await store.moveRun('resumed', ['pausing'], 'paused', at(2));
  await store.reopenRun('resumed', ['paused'], RESUME, at(3));
  await store.takePlaces('resumed/2', 0, shared);
}

/** A process executes a run of its own that uses the pool, and looks after the others in it. */
async function lookAfterOthers(mark: string): Promise<SqliteStore> {
  const store = storeOf(mark);
  await store.putSharedPool({ name: POOL, limit: 2 });
  await store.createRun(newRun('own'), spec);
  const unused = async (): Promise<never> => {
    throw new Error('not in this test');
  };
  const engine = {
    ensureMachine: unused,
    startExecution: unused,
    stopExecution: unused,
    openGate: async () => false,
    failTask: unused,
    heartbeat: unused,
  };
  const runtime = makeRuntime({ store, engine, clock: new RealClock(), dispatch: unused });
  const watch = new SharedPoolWatch(store, runtime, mark);
  await watch.begin('own');
  await watch.end('own');
  return store;
}

describe('the watch over a shared pool', () => {
  it('leaves a run alone that holds a place and is about to start, in this process or another that lives', async () => {
    const [own, other] = [openMark(), openMark()];
    await storeOf(other).putSharedPool({ name: POOL, limit: 2 });
    await resumedRun(stores[0]!);

    const store = await lookAfterOthers(own);

    expect((await store.getRun('resumed'))!.status).toBe('queued');
    expect(await store.listSharedHolders('own', POOL)).toEqual([{ ref: 'resumed/2', ordinal: 0 }]);
  });

  it('settles it once its process has ended', async () => {
    const [own, other] = [openMark(), openMark()];
    await storeOf(other).putSharedPool({ name: POOL, limit: 2 });
    await resumedRun(stores[0]!);
    closeMark(other);

    const store = await lookAfterOthers(own);

    expect((await store.getRun('resumed'))!.status).toBe('failed');
    expect(await store.listSharedHolders('own', POOL)).toEqual([]);
  });
});
