import { describe, expect, it } from 'vitest';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { SIMULATION_START } from '../simulate.ts';

const WIDTH = 1000;

/** The real parts in one process, its time moved by hand; no queue delivers anything. */
function world() {
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const events: (RunEvent & { atMs: number })[] = [];
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push({ ...event, atMs: clock.now() }) });
  const engine = new LocalEngine({ clock });
  let reads = 0;
  // an invocation of run-task begins by reading its task
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'readTasks') reads++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const runtime = makeRuntime({ store: counted, engine, dispatch: makeMockDispatcher(clock), clock });
  engine.attach(runtime);
  const ports = { runtime, blobs: new MemoryBlobStore(), queue: { send: async () => {} } };
  const planner = new Planner({ ports, targets: LOCAL_TARGETS });
  return { clock, events, store, planner, controls: new RunControls(ports, planner), reads: () => reads };
}

const fanOut = (limit: number, pool: string | null, priorities: boolean): object => ({
  tasks: Array.from({ length: WIDTH }, (_, n) => ({
    task_id: `t${n}`,
    name: `task ${n}`,
    timeout_seconds: 100,
    pool,
    priority: priorities ? n % 2 : 0,
    metadata: { mock: { duration_sec: 10 + (n % 7) } },
  })),
  ...(pool === null ? {} : { pools: { [pool]: limit } }),
  resource_budget: { max_parallel_tasks: limit },
});

describe('a pause during a fan-out of 1,000', () => {
  it.each([
    [10, 'MaxConcurrency', null],
    [40, 'MaxConcurrency', null],
    [10, 'places', 'net'],
    [40, 'places', 'net'],
  ] as const)('with a limit of %i by %s starts nothing more, and ends with what runs', { timeout: 120_000 }, async (limit, _, pool) => {
    const { clock, events, store, planner, controls, reads } = world();
    const { run_id: runId } = await planner.submit({ plan: fanOut(limit, pool, false) });
    await clock.advanceBy(45_000);
    const running = (await store.listProgress(runId)).filter(({ status }) => status === 'executing').length;
    const before = reads();

    await controls.pause(runId);
    const pausedAtSeq = events.at(-1)!.seq;
    await clock.advanceBy(60_000);

    const later = events.filter(({ seq }) => seq > pausedAtSeq);
    expect(running).toBe(limit);
    expect(later.filter(({ type }) => type === 'task.executing')).toEqual([]);
    expect(later.filter(({ type }) => type === 'task.completed')).toHaveLength(limit);
    expect((await store.getRun(runId))!.status).toBe('paused');
    // of those that ran: not one for each task that is left
    expect(reads() - before).toBeLessThanOrEqual(6 * limit);

    await controls.resume(runId);
    await clock.advanceBy(WIDTH * 20_000);
    expect(await store.getRun(runId)).toMatchObject({ status: 'completed', totals: { completed: WIDTH, retries: 0 } });
  });
});

it('starts another run in the very instant in which the places of a shared pool are freed by a cancel', async () => {
  const { clock, events, store, planner, controls } = world();
  await store.putSharedPool({ name: 'gpu', limit: 1 });
  const plan = (id: string): object => ({
    plan_id: id,
    tasks: [{ task_id: 'only', pool: 'gpu', timeout_seconds: 500, metadata: { mock: { duration_sec: 300 } } }],
  });
  const { run_id: first } = await planner.submit({ plan: plan('first') });
  await clock.advanceBy(1000);
  const { run_id: second } = await planner.submit({ plan: plan('second') });
  await clock.advanceBy(10_000);
  const started = () => events.filter(({ run_id, type }) => run_id === second && type === 'task.executing').map(({ atMs }) => atMs);
  expect(started()).toEqual([]);
  const cancelledAtMs = clock.now();

  await controls.cancel(first);
  await clock.advanceBy(1);

  expect((await store.getRun(first))!.status).toBe('cancelled');
  expect(started()).toEqual([cancelledAtMs]);
});
