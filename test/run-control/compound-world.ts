import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { refOf } from '../../lib/model/execution-ref.ts';
import { Planner } from '../../lib/planner.ts';
import { LOCAL_TARGETS } from '../../lib/prepare-plan.ts';
import { type RetryOptions, RunControls } from '../../lib/run-controls.ts';
import type { RunEvent } from '../../lib/runtime/ports.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { stopExecution } from '../../lib/runtime/stop-execution.ts';
import { SIMULATION_START } from '../simulate.ts';

/** One run of a plan, its time moved by hand. */
export async function startWorld(plan: object) {
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const events: RunEvent[] = [];
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push(event) });
  const engine = new LocalEngine({ clock });
  const runtime = makeRuntime({ store, engine, dispatch: makeMockDispatcher(clock), clock });
  engine.attach(runtime);
  const ports = { runtime, blobs: new MemoryBlobStore(), queue: { send: async () => {} } };
  const planner = new Planner({ ports, targets: LOCAL_TARGETS });
  const controls = new RunControls(ports, planner);
  const { run_id: runId } = await planner.submit({ plan: { plan_id: 'nested', ...plan } });
  const statusOfRun = async (): Promise<string> => (await store.getRun(runId))!.status;
  return {
    clock,
    events,
    store,
    controls,
    runId,
    statusOfRun,
    nowSec: (): number => (clock.now() - SIMULATION_START) / 1000,
    toTheEnd: (): Promise<void> => clock.runUntilIdle(),
    retry: (options: RetryOptions = {}) => controls.retry(runId, options),
    /** The execution is stopped from outside. */
    async interrupt(): Promise<void> {
      const control = (await store.getControl(runId))!;
      await stopExecution(runtime, control);
      await settleRun(runtime, refOf({ runId, execution: control.execution }), { reason: 'stopped from outside' });
    },
    /** What became of each task, by its id. */
    async statuses(): Promise<Map<string, string>> {
      const last = new Map<string, string>();
      for (const { type, task_id } of events) if (task_id !== undefined) last.set(task_id, type.slice('task.'.length));
      return new Map([...last].sort());
    },
    async close(): Promise<void> {
      await clock.runUntilIdle();
      store.close();
    },
  };
}

export type CompoundWorld = Awaited<ReturnType<typeof startWorld>>;

/** The same events as if the run had not stood still between two moments, in milliseconds. */
export function withoutStandstill(events: readonly RunEvent[], fromMs: number, untilMs: number): RunEvent[] {
  return events.map((event) => {
    const atMs = Date.parse(event.at);
    return atMs < untilMs ? event : { ...event, at: new Date(atMs - (untilMs - fromMs)).toISOString() };
  });
}
