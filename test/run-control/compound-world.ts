import type { MachineQuotas } from '../../lib/compiler/machine-share.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { refOf } from '../../lib/model/execution-ref.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { Planner } from '../../lib/planner.ts';
import { LOCAL_TARGETS } from '../../lib/prepare-plan.ts';
import { type RetryOptions, RunControls } from '../../lib/run-controls.ts';
import type { Clock } from '../../lib/runtime/clock.ts';
import type { Dispatcher } from '../../lib/runtime/executor-ports.ts';
import { latestRecords } from '../../lib/runtime/latest-spec.ts';
import type { RunEvent } from '../../lib/runtime/ports.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { stopExecution } from '../../lib/runtime/stop-execution.ts';
import { SIMULATION_START } from '../simulate.ts';

export interface WorldOptions {
  /** What plays the tasks. Default: the mock. */
  readonly makeDispatcher?: (clock: Clock) => Dispatcher;
  /** Others than those of AWS. */
  readonly machineQuotas?: MachineQuotas | undefined;
}

/** One run of a plan, its time moved by hand. */
export async function startWorld(plan: object, { makeDispatcher = makeMockDispatcher, machineQuotas }: WorldOptions = {}) {
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const events: RunEvent[] = [];
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push(event) });
  const executions = new Set<string>();
  const engine = new LocalEngine({ clock, onHistoryEvent: ({ executionArn }) => executions.add(executionArn) });
  const runtime = makeRuntime({ store, engine, dispatch: makeDispatcher(clock), clock });
  engine.attach(runtime);
  const ports = { runtime, blobs: new MemoryBlobStore(), queue: { send: async () => {} } };
  const planner = new Planner({ ports, targets: { ...LOCAL_TARGETS, machineQuotas } });
  const controls = new RunControls(ports, planner);
  const { run_id: runId } = await planner.submit({ plan: { plan_id: 'nested', ...plan } });
  const statusOfRun = async (): Promise<string> => (await store.getRun(runId))!.status;
  return {
    clock,
    events,
    store,
    controls,
    runId,
    /** The executions that there were, those of parts included. */
    executions,
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
    /** Of the tasks that have completed, by their ids. */
    async outputs(): Promise<Map<string, JsonObject>> {
      const ids = new Map((await latestRecords(runtime, runId)).map(({ ordinal, id }) => [ordinal, id]));
      const completed = (await store.listTasks(runId)).filter(({ status }) => status === 'completed');
      return new Map(completed.map(({ ordinal, outputs }) => [ids.get(ordinal)!, outputs ?? {}]));
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
