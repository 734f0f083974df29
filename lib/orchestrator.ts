import { LocalPlatform, type LocalPlatformOptions } from './local/local-platform.ts';
import { RunExistsError } from './local/sqlite/errors.ts';
import { TimedStartQueue } from './local/timed-start-queue.ts';
import { PlanningError } from './model/errors.ts';
import type { JsonObject } from './model/json.ts';
import { MAX_TIMEOUT_SEC } from './model/plan.ts';
import { readContext } from './model/read-context.ts';
import { isFinalRun } from './model/run.ts';
import { requireSamePlan } from './planning/earlier-run.ts';
import { keepPinnedPlans } from './planning/keep-pinned-plans.ts';
import { keepPlan } from './planning/kept-plan.ts';
import { type AcceptedRun, Planner } from './planning/planner.ts';
import { LOCAL_TARGETS, type PreparedPlan, type PrepareOptions, pinnedIn, preparePlan } from './planning/prepare-plan.ts';
import { type PlanResult, planFailure, planResult } from './results/plan-result.ts';
import { writeBack } from './results/write-back.ts';
import { type ControlledRun, type RetryOptions, RunControls } from './run-control/run-controls.ts';
import { RunUnknownError } from './runtime/control-run.ts';
import { describeTasks, type TaskDescription } from './runtime/describe-tasks.ts';
import { executionName } from './runtime/execution-name.ts';
import { keepMachines } from './runtime/kept-machines.ts';
import { latestRecords } from './runtime/latest-spec.ts';
import type { RunStore } from './runtime/ports/run-store.ts';
import type { Run } from './runtime/ports/runs.ts';
import type { StoredPlan, StoredPlanEntry } from './runtime/ports/stored-plans.ts';
import type { TaskItem } from './runtime/ports/tasks.ts';
import { runBlobs } from './runtime/run-blobs.ts';
import { settleRun } from './runtime/settle-run.ts';
import { sharedPoolNames } from './runtime/shared-pool-names.ts';
import { startRun } from './runtime/start-run.ts';
import { type OrchestratorStats, withRates } from './runtime/statistics.ts';
import { isAtRest, waitForRun } from './runtime/wait-for-run.ts';

export type TaskOrchestratorOptions = LocalPlatformOptions & PrepareOptions;

export interface SubmitPlanOptions {
  /** The same key again is the same run. */
  readonly idempotencyKey?: string | undefined;
}

export interface SubmitPreparedOptions extends SubmitPlanOptions {
  /** What the run is to be called. Default: a new id. */
  readonly runId?: string | undefined;
}

/** A run with its tasks in the order of its plan. */
export type RunDetails = Run & { readonly tasks: readonly TaskDescription[] };

/**
 * Executes plans in this process, with the definitions that would run on AWS.
 *
 * @example
 * const orchestrator = new TaskOrchestrator({ toolExecutor: inProcessTools({ add: ({ a, b }) => a + b }) });
 * const result = await orchestrator.executePlan({ tasks: [{ task_id: 'sum', task_type: 'tool_call', tool_name: 'add', inputs: { a: 1, b: 2 } }] });
 * result.outputs.sum; // { data: 3 }
 */
export class TaskOrchestrator {
  readonly #platform: LocalPlatform;
  readonly #options: PrepareOptions;
  readonly #makeId: () => string;
  readonly #queue: TimedStartQueue;
  readonly #planner: Planner;
  readonly #controls: RunControls;
  /** Runs outlive the process. */
  readonly #isKept: boolean;

  /** @throws StoreUnusableError when `dataDir` cannot be used; RangeError for limits out of range */
  constructor(options: TaskOrchestratorOptions = {}) {
    const { maxParallelTasks, taskTimeoutSec, makeId = () => crypto.randomUUID() } = options;
    if (maxParallelTasks !== undefined && !(Number.isInteger(maxParallelTasks) && maxParallelTasks > 0)) {
      throw new RangeError(`maxParallelTasks is ${maxParallelTasks}, not a whole number above 0`);
    }
    if (taskTimeoutSec !== undefined && !(taskTimeoutSec > 0 && taskTimeoutSec <= MAX_TIMEOUT_SEC)) {
      throw new RangeError(`taskTimeoutSec is ${taskTimeoutSec}, not above 0 and at most ${MAX_TIMEOUT_SEC}`);
    }
    this.#options = { maxParallelTasks, taskTimeoutSec, makeId };
    this.#makeId = makeId;
    this.#platform = new LocalPlatform(options);
    this.#isKept = options.dataDir !== undefined;
    const { runtime, blobs } = this.#platform;
    this.#queue = new TimedStartQueue({
      clock: runtime.clock,
      start: (runId) => this.#planner.drive(runId),
      onError: (runId, error) => process.emitWarning(`run ${runId} did not go on: ${String(error)}`),
    });
    this.#platform.attach(this.#queue);
    const ports = { runtime, blobs, queue: this.#queue };
    this.#planner = new Planner({ ...this.#options, ports, targets: LOCAL_TARGETS });
    this.#controls = new RunControls(ports, this.#planner, this.#platform);
  }

  /** The store of all runs, to read statuses and events from. */
  get store(): RunStore {
    return this.#platform.store;
  }

  /**
   * Runs a plan to its end. Afterwards the statuses, outputs, errors and times stand on the plan and its tasks.
   *
   * @param input an ExecutionPlan; run-state fields of an earlier execution are ignored
   * @param context what `{{context.…}}` reads
   * @throws PlanningError E5204 when tasks failed, E5203 or E5501 when the run went over its time or budget, with counts in `details`;
   *   E5200 for everything else, an invalid plan included
   */
  async executePlan(input: unknown, context: JsonObject = {}): Promise<PlanResult> {
    const plain = readContext(context);
    const prepared = await this.#prepare(input, plain);
    const ended = await this.#run(prepared, plain);
    writeBack(input, prepared.plan, ended.run, ended.items);
    return resultOf(ended);
  }

  /** The same for a plan that has been prepared. @throws PlanningError */
  async executePrepared(prepared: PreparedPlan, context: JsonObject = {}): Promise<PlanResult> {
    return resultOf(await this.#run(prepared, context));
  }

  async #run(prepared: PreparedPlan, context: JsonObject): Promise<RunWithItems> {
    const runId = this.#makeId();
    const plain = readContext(context);
    try {
      const { run_id } = await this.#start(prepared, { runId, context: plain });
      const run = await this.#waitUntil(run_id, ({ status }) => isFinalRun(status));
      return await this.#withItems(run!);
    } catch (error) {
      if (!(error instanceof RunExistsError)) await this.#abandon(runId, String(error));
      throw new PlanningError('E5200', `run ${runId} could not be executed: ${String(error)}`, { run_id: runId }, { cause: error });
    }
  }

  /** @throws PlanningError for an invalid plan */
  async #prepare(input: unknown, context: JsonObject): Promise<PreparedPlan> {
    const options = { ...this.#options, context, sharedPools: await this.#sharedPools() };
    return preparePlan(input, { ...options, pinned: await pinnedIn(this.store, input, options) });
  }

  /** Writes a run down with all that its later executions need, and starts it. */
  async #start(
    prepared: PreparedPlan,
    { runId, context, idempotencyKey }: { runId: string; context: JsonObject; idempotencyKey?: string | undefined },
  ): Promise<{ run_id: string; created: boolean }> {
    const { runtime, blobs } = this.#platform;
    const { plan, compilation, kept, pinned } = prepared;
    const folder = crypto.randomUUID();
    const { plan_id, goal_id } = plan;
    const run = { run_id: runId, plan_id, goal_id, context: readContext(context), idempotency_key: idempotencyKey, folder };
    await Promise.all([
      keepPlan(blobs, runId, folder, kept),
      keepPinnedPlans(blobs, runId, pinned),
      // a process that dies here leaves a queued run, which another may start
      this.#isKept && keepMachines(blobs, { runId, folder }, compilation.machines),
    ]);
    const accepted = await startRun(runtime, { run, spec: compilation.spec, machines: compilation.machines });
    if (!accepted.created) {
      await blobs.deleteAll(runBlobs(runId)); // kept in vain
      requireSamePlan(await this.#requireRun(accepted.run_id), prepared);
    }
    return accepted;
  }

  /** @throws what kept the run's execution in this process from coming to an end */
  async #waitUntil(runId: string, until: (run: Run) => boolean, timeoutMs?: number): Promise<Run | undefined> {
    const { engine, waitPorts } = this.#platform;
    const waiting = waitForRun(waitPorts, runId, { until, timeoutMs });
    const control = await this.store.getControl(runId);
    const name = control && executionName(runId, control.execution);
    const run = await (name !== undefined && engine.has(name) ? Promise.race([waiting, failureOnly(engine.waitForEnd(name))]) : waiting);
    // what follows the run's end is for this process to do: it may be its last
    const last = run === undefined || !isAtRest(run) ? undefined : executionName(runId, run.execution);
    if (last !== undefined && engine.has(last)) await engine.waitForEnd(last);
    return run;
  }

  async #sharedPools(): Promise<ReadonlySet<string>> {
    try {
      return await sharedPoolNames(this.store);
    } catch (error) {
      throw new PlanningError('E5200', `the store could not be read: ${String(error)}`, {}, { cause: error });
    }
  }

  /** Ends a run that cannot go on, where the store still can say so. */
  async #abandon(runId: string, reason: string): Promise<void> {
    await settleRun(this.#platform.runtime, runId, { reason }).catch(() => {});
  }

  /**
   * Accepts a plan and starts it, without waiting for its end.
   *
   * @throws PlanningError for an invalid plan, of which nothing is left behind; KeyTakenError where the key is that of another plan
   */
  async submit(input: unknown, context: JsonObject = {}, options: SubmitPlanOptions = {}): Promise<AcceptedRun> {
    const plain = readContext(context);
    const prepared = await this.#prepare(input, plain);
    const { run_id } = await this.#start(prepared, { runId: this.#makeId(), context: plain, idempotencyKey: options.idempotencyKey });
    return { run_id, status: (await this.#requireRun(run_id)).status };
  }

  /** The same for a plan that has been prepared. `created` is false where the key is that of an earlier run. @throws KeyTakenError */
  submitPrepared(
    prepared: PreparedPlan,
    context: JsonObject = {},
    { runId = this.#makeId(), idempotencyKey }: SubmitPreparedOptions = {},
  ): Promise<{ run_id: string; created: boolean }> {
    return this.#start(prepared, { runId, context, idempotencyKey });
  }

  /** What a run came to that has ended or is paused. @throws RunUnknownError; PlanningError where it has not completed */
  async result(runId: string): Promise<PlanResult> {
    return resultOf(await this.#withItems(await this.#requireRun(runId)));
  }

  async #withItems(run: Run): Promise<RunWithItems> {
    const records = await latestRecords(this.#platform.runtime, run.run_id);
    const taskIds = new Map(records.map(({ ordinal, id }) => [ordinal, id]));
    return { run, items: await this.store.listTasks(run.run_id), taskIds };
  }

  /** Waits until a run has ended or is paused, at most so long. @returns the run as it is then. @throws RunUnknownError */
  async wait(runId: string, { timeoutSec }: { readonly timeoutSec?: number | undefined } = {}): Promise<Run> {
    await this.#requireRun(runId);
    const timeoutMs = timeoutSec === undefined ? undefined : timeoutSec * 1000;
    return (await this.#waitUntil(runId, isAtRest, timeoutMs)) ?? this.#requireRun(runId);
  }

  /** A run as it stands, with its tasks. @throws RunUnknownError */
  async status(runId: string): Promise<RunDetails> {
    const run = await this.#requireRun(runId);
    const tasks = await latestRecords(this.#platform.runtime, runId);
    return { ...run, tasks: describeTasks({ tasks }, await this.store.listTasks(runId), runId) };
  }

  /** Ends a run: nothing more starts, what runs is aborted. Harmless where it is cancelled already. @throws RunUnknownError, ControlRefusedError */
  cancel(runId: string): Promise<ControlledRun> {
    return this.#controls.cancel(runId);
  }

  /** Lets nothing more start; `wait` tells when the tasks that run have ended. @throws RunUnknownError, ControlRefusedError */
  pause(runId: string): Promise<ControlledRun> {
    return this.#controls.pause(runId);
  }

  /** A run that was paused, or whose process died, goes on where it stood. @throws RunUnknownError, ControlRefusedError */
  resume(runId: string): Promise<ControlledRun> {
    return this.#controls.resume(runId);
  }

  /**
   * Runs the tasks of a run again that have not completed, also by a changed plan.
   *
   * @throws RunUnknownError, ControlRefusedError; PlanningError where the changed plan is not valid
   */
  retry(runId: string, options: RetryOptions & { readonly dryRun?: boolean | undefined } = {}): Promise<ControlledRun> {
    const { dryRun = false, ...retry } = options;
    return dryRun ? this.#controls.previewRetry(runId, retry) : this.#controls.retry(runId, retry);
  }

  /** Settles runs that processes have left which are gone. @returns those that can be resumed, the oldest first */
  settleOrphans(): Promise<string[]> {
    return this.#platform.settleOrphans();
  }

  /** Whether another process that lives has the run: it executes it, or is about to. */
  isElsewhere(runId: string): Promise<boolean> {
    return this.#platform.isElsewhere(runId);
  }

  /** Starts a run that was accepted by a process that is gone. */
  drive(runId: string): Promise<void> {
    return this.#planner.drive(runId);
  }

  async #requireRun(runId: string): Promise<Run> {
    const run = await this.store.getRun(runId);
    if (run === undefined) throw new RunUnknownError(runId);
    return run;
  }

  /**
   * Keeps a plan by a name, for others to name in `plan_ref`. Runs that were accepted before have the plan that there was.
   *
   * @throws PlanningError for an invalid plan or name
   */
  storePlan(name: string, plan: unknown): Promise<StoredPlanEntry> {
    return this.#planner.store(name, plan);
  }

  /** A plan that is kept; undefined where there is none of that name. */
  storedPlan(name: string): Promise<StoredPlan | undefined> {
    return this.store.getStoredPlan(name);
  }

  /** Whether there was one. */
  removePlan(name: string): Promise<boolean> {
    return this.store.deleteStoredPlan(name);
  }

  async getStats(): Promise<OrchestratorStats> {
    return withRates(await this.store.getStatistics());
  }

  /** Closes the store. Runs that are under way stop where they are, and whoever waits for them gets E5200. */
  close(): void {
    this.#queue.close();
    this.#platform.close();
  }
}

/** Of a promise only its failure. */
function failureOnly(promise: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    promise.catch(reject);
  });
}

interface RunWithItems {
  readonly run: Run;
  readonly items: readonly TaskItem[];
  /** By ordinal, those of what is done for the items of a foreach included. A task that a changed plan has no more has none. */
  readonly taskIds: ReadonlyMap<number, string>;
}

/** @throws PlanningError where the run has not completed */
function resultOf({ run, items, taskIds }: RunWithItems): PlanResult {
  const tasks = items.flatMap((item) => {
    const task_id = taskIds.get(item.ordinal);
    return task_id === undefined ? [] : { ...item, task_id };
  });
  if (run.status !== 'completed') throw planFailure(run, tasks);
  const completed = tasks.filter(({ status }) => status === 'completed');
  return planResult(run, Object.fromEntries(completed.map(({ task_id, outputs }) => [task_id, outputs ?? {}])));
}
