import type { MachineQuotas } from '../../lib/compiler/machine-share.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { TimedStartQueue } from '../../lib/local/timed-start-queue.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { refOf } from '../../lib/model/execution-ref.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import { readExecutionName } from '../../lib/runtime/execution-name.ts';
import { loadedChildRuns } from '../../lib/runtime/loaded-child-runs.ts';
import type { Clock } from '../../lib/runtime/ports/clock.ts';
import type { Dispatch, Dispatcher } from '../../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { Run } from '../../lib/runtime/ports/runs.ts';
import type { StartQueue } from '../../lib/runtime/ports/start-queue.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import { makeRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { stopExecution } from '../../lib/runtime/stop-execution.ts';
import { SIMULATION_START } from '../simulate.ts';

/** A task that runs a stored plan. */
export const sub = (task_id: string, plan_ref: string, more: object = {}): object => ({
  task_id,
  task_type: 'compound',
  plan_ref,
  ...more,
});

/** A task that is played: seconds, how often it fails first. */
export const played = (task_id: string, duration_sec = 1, more: Record<string, unknown> = {}, fail_times = 0): object => ({
  task_id,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec, fail_times } },
  ...more,
});

export interface WorldOptions {
  /** Between the runtime and what it is made of: for who counts calls, or dies. */
  readonly wrap?: (runtime: Runtime) => Runtime;
  /** What plays the tasks. Default: the mock. */
  readonly makeDispatcher?: (clock: Clock) => Dispatcher;
  /** Others than those of AWS. */
  readonly machineQuotas?: MachineQuotas | undefined;
}

/** Runs of plans that name stored plans, all in one process, its time moved by hand. */
export class SubPlanWorld {
  readonly clock = new VirtualClock(SIMULATION_START, 'manual');
  readonly events: RunEvent[] = [];
  /** Tasks that were dispatched, as `run task`. */
  readonly dispatched: string[] = [];
  /** The executions that there were, those of parts included, by their ARNs. */
  readonly executions = new Set<string>();
  readonly store = new SqliteStore({ path: ':memory:', onEvent: (event) => this.events.push(event) });
  readonly runtime: Runtime;
  readonly planner: Planner;
  readonly controls: RunControls;
  readonly errors: string[] = [];
  readonly #queue: TimedStartQueue;

  constructor({ wrap = (runtime) => runtime, makeDispatcher = makeMockDispatcher, machineQuotas }: WorldOptions = {}) {
    const { clock, store } = this;
    this.#queue = new TimedStartQueue({
      clock,
      start: (runId) => this.planner.drive(runId),
      onError: (runId, error) => this.errors.push(`${runId}: ${String(error)}`),
    });
    const queue: StartQueue = { send: (runId, delaySec) => this.#queue.send(runId, delaySec) };
    const engine: LocalEngine = new LocalEngine({
      clock,
      onHistoryEvent: ({ executionArn }) => this.executions.add(executionArn),
      onEnd: async (name, { status, error = '', cause = '' }) => {
        const reason = `the execution ended ${status}: ${error} ${cause}`;
        await settleRun(this.runtime, refOf(readExecutionName(name)!), { reason, timedOut: status === 'TIMED_OUT' });
      },
    });
    const play = makeDispatcher(clock);
    const dispatch = (dispatched: Dispatch) => {
      this.dispatched.push(dispatched.record.id);
      return play(dispatched);
    };
    this.runtime = wrap(makeRuntime({ store, engine, dispatch, clock, queue, childRuns: loadedChildRuns }));
    engine.attach(this.runtime);
    const ports = { runtime: this.runtime, blobs: new MemoryBlobStore(), queue };
    this.planner = new Planner({ ports, targets: { ...LOCAL_TARGETS, machineQuotas } });
    this.controls = new RunControls(ports, this.planner);
  }

  async keep(name: string, tasks: readonly object[], more: object = {}): Promise<void> {
    await this.planner.store(name, { tasks, ...more });
  }

  async submit(tasks: readonly object[], more: object = {}): Promise<string> {
    const { run_id } = await this.planner.submit({ plan: { plan_id: 'parent', tasks, ...more }, runId: 'parent' });
    return run_id;
  }

  /** Lets time go by. */
  async pass(seconds: number): Promise<void> {
    await this.clock.advanceBy(seconds * 1000);
  }

  async toTheEnd(): Promise<void> {
    await this.clock.runUntilIdle();
  }

  get nowSec(): number {
    return (this.clock.now() - SIMULATION_START) / 1000;
  }

  async run(runId = 'parent'): Promise<Run> {
    return (await this.store.getRun(runId))!;
  }

  async statusOf(runId = 'parent'): Promise<string | undefined> {
    return (await this.store.getRun(runId))?.status;
  }

  /** All runs but the one that was submitted, the oldest first. */
  async children(): Promise<Run[]> {
    return (await this.store.listRuns(100)).filter(({ parent_run_id }) => parent_run_id !== undefined).reverse();
  }

  /** The first child run. */
  async child(): Promise<Run> {
    return (await this.children())[0]!;
  }

  async task(ordinal = 0, runId = 'parent'): Promise<TaskItem> {
    return (await this.store.listTasks(runId)).find((item) => item.ordinal === ordinal)!;
  }

  /** The execution is stopped from outside. */
  async interrupt(runId = 'parent'): Promise<void> {
    const control = (await this.store.getControl(runId))!;
    await stopExecution(this.runtime, control);
    await settleRun(this.runtime, refOf({ runId, execution: control.execution }), { reason: 'stopped from outside' });
  }

  close(): void {
    this.#queue.close();
    this.store.close();
  }
}
