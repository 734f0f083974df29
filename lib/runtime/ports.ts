import type { ExecutionRef } from '../model/execution-ref.ts';
import type { JsonObject } from '../model/json.ts';
import type { RunStatus, TaskStatus } from '../model/run.ts';
import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import type { Usage } from '../model/usage.ts';
import type { ChildTry, ChildWaits, RunParent } from './child-runs.ts';
import type { StoredPlans } from './stored-plans.ts';

export interface TaskError {
  /** One of the codes of `lib/model/error-codes.ts`. */
  readonly code: string;
  readonly message: string;
}

export interface Run {
  readonly run_id: string;
  readonly plan_id: string;
  readonly goal_id: string | null;
  readonly status: RunStatus;
  /** The number of its latest execution, 1 for the first: a run that is resumed or retried goes on in another. */
  readonly execution: number;
  /** 0 while the plan is yet to be compiled, and for good where it turned out to be invalid. */
  readonly task_count: number;
  /** Sum over all tasks, as far as they have reported. Counted as they complete where the run has a budget of tokens or cost, else when it ends. */
  readonly tokens_used: number;
  /** The same of `cost_usd`; counted only where the run has a budget of tokens or cost, else 0. */
  readonly cost_usd: number;
  /** Counted when the run ends; null while it goes on. */
  readonly totals: RunTotals | null;
  readonly context: JsonObject;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: TaskError | null;
  /** The run and the task that it was started for; absent where a caller has submitted it. */
  readonly parent_run_id?: string;
  readonly parent_task_id?: string;
}

/** What an attempt has to know of its run. */
export interface RunState extends Pick<Run, 'status' | 'execution' | 'context' | 'tokens_used' | 'cost_usd'> {
  /** When the run would have started had it never stood still: its time is measured from then. Null before it starts. */
  readonly timed_from: string | null;
  /** A task of a `fail_fast` plan has failed in this execution. */
  readonly failing: boolean;
}

/** Where a run's blobs of one execution are kept: a folder among them. */
export type BlobFolder = string;

/** What an execution of a run is to do. */
export interface RunOrder {
  /** `start`: all tasks. `resume`: those that have not ended. `retry`: those that have not completed. */
  readonly mode: 'start' | 'resume' | 'retry';
  /** Where its machines are kept. */
  readonly folder: BlobFolder;
  /** Where the run's plan is kept: the folder of the execution that it came with. */
  readonly plan_folder: BlobFolder;
  /** The plan came with this order, or with one before it that was never planned: what it has changed is to run again. */
  readonly is_new_plan?: boolean | undefined;
  /** In place of what the tasks' retry policies say. */
  readonly max_retries?: number | undefined;
  /** The try of its parent's task that wants it; absent where a caller does. */
  readonly for_parent?: ChildTry | undefined;
  /** A retry that gives the run no time anew. */
  readonly keeps_time?: true | undefined;
}

/** How a run stands, for whoever drives it on. */
export interface RunControl extends Pick<Run, 'run_id' | 'status' | 'execution' | 'task_count' | 'error' | 'totals'> {
  readonly order: RunOrder;
  /** The execution that the run's spec is of; 0: it has none yet. */
  readonly planned: number;
  /** The machine of that execution; null: none yet. */
  readonly machine: string | null;
  /** When its status last changed. */
  readonly changed_at: string;
  /** What it was started for; absent where a caller has submitted it. */
  readonly parent?: RunParent;
}

export interface NewRun extends Pick<Run, 'run_id' | 'plan_id' | 'goal_id' | 'context' | 'created_at'> {
  /** The same key again is the same run. */
  readonly idempotency_key?: string | undefined;
  /** Where the plan and machines of its first execution are kept. */
  readonly folder?: BlobFolder | undefined;
  /** The machine of its first execution, where that is known. */
  readonly machine?: string | undefined;
  /** What it is started for, and by which try. Its tenant is the parent's. */
  readonly parent?: RunParent | undefined;
  readonly for_parent?: ChildTry | undefined;
}

/** What is known of a run once its plan is read. */
export interface RunPlan extends Pick<Run, 'plan_id' | 'goal_id'> {
  /** Absent: as it was. */
  readonly context?: JsonObject | undefined;
  /** The machine of the execution. */
  readonly machine: string;
}

/** A task that is to run in the next execution, as it was when that was decided. */
export interface TaskReset {
  readonly task: TaskKey;
  /** undefined: it had no item. */
  readonly was: Pick<TaskItem, 'status' | 'attempt'> | undefined;
  /** The plan has the task no more: its item goes. */
  readonly removed?: boolean;
}

/** The tasks that a foreach came to: `count` items of `size` tasks each, by ordinals from `first` on. */
export interface Expansion {
  /** The foreach, by the ordinal of its end. */
  readonly task: number;
  /** The execution of the run that it was made in. */
  readonly execution: number;
  readonly first: number;
  readonly count: number;
  readonly size: number;
}

/** What a foreach comes to, before it has ordinals. */
export type NewExpansion = Omit<Expansion, 'first' | 'execution'>;

/** Where a run stands in the list of all. */
export type RunPlace = Pick<Run, 'created_at' | 'run_id'>;

/** A task of a run as it stands. A task that was never touched has no item: it is pending. */
export interface TaskItem {
  readonly ordinal: number;
  readonly status: TaskStatus;
  /** The latest dispatch, 1 for the first; 0: never dispatched. */
  readonly attempt: number;
  /** An attempt was claimed, since the task was last retried after an end. What an interruption cut off has started. */
  readonly started: boolean;
  /** Attempts that ended badly. One that was superseded, or died with its execution, did not. */
  readonly failures: number;
  readonly outputs: JsonObject | null;
  readonly error: TaskError | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

/** A task as whoever decides on its next execution sees it. */
export interface TaskProgress extends Omit<TaskItem, 'outputs'> {
  /** Failures that count no more, since the run was retried after them. */
  readonly forgiven: number;
  /** When its status or attempt last changed, or its executor last said that it goes on. */
  readonly changed_at: string;
}

/** One change of a task's or the run's status. */
export interface RunEvent {
  /** Rising within the run, from 1. */
  readonly seq: number;
  readonly at: string;
  readonly run_id: string;
  readonly type: `task.${TaskStatus}` | `run.${RunStatus}`;
  readonly task_id?: string;
  readonly attempt?: number;
  readonly error?: TaskError;
}

export interface RunTotals {
  readonly completed: number;
  readonly failed: number;
  readonly blocked: number;
  readonly cancelled: number;
  readonly skipped: number;
  /** Tasks that were dispatched at least once. */
  readonly executed: number;
  /** Dispatches beyond each task's first. */
  readonly retries: number;
  /** `tokens_used` of all outputs. */
  readonly tokens: number;
  /** Tasks with no final status. */
  readonly unfinished: number;
}

/** Sums over all finished runs. */
export interface Statistics {
  readonly plans_executed: number;
  readonly tasks_executed: number;
  readonly tasks_completed: number;
  readonly tasks_failed: number;
  readonly tasks_retried: number;
  readonly tokens_used: number;
}

/**
 * What a task is called: its ordinal finds it, its id names it in events. The execution says for which one it is written: once a
 * later one has reset the task, the writes of earlier ones change nothing.
 */
export type TaskKey = Pick<TaskRecord, 'ordinal' | 'id' | 'execution'>;

/** A place in a pool: of the run (its own limit, or a pool of its plan), or of the tenant. */
export interface Place {
  readonly pool: string;
  /** The most tasks in it at once; `shared`: of all runs of the tenant, the store knows how many. */
  readonly limit: number | 'shared';
}

/** The places that a task takes, at least one, each in another pool, always in the same order. */
export type Demand = readonly Place[];

/** A task among those that wait for places. */
export interface Waiter {
  readonly ordinal: number;
  /** Within its run, lowest first. */
  readonly rank: number;
  /** Between runs, highest first. */
  readonly priority: number;
}

/** A run that waits for a place in a shared pool. */
export interface WaitingRun {
  readonly ref: ExecutionRef;
  /** The highest of its waiting tasks. */
  readonly priority: number;
}

/** Whose turn it is, as long as the shared pool has so many holders. */
export interface WaitingRuns {
  readonly held: number;
  readonly runs: readonly WaitingRun[];
}

export interface Turn {
  readonly pool: string;
  readonly held: number;
}

/** A pool that all runs of a tenant share. */
export interface SharedPool {
  readonly name: string;
  readonly limit: number;
}

export interface SharedPoolStatus extends SharedPool {
  /** Places that are taken. */
  readonly held: number;
  /** Runs that have tasks waiting. */
  readonly waiting_runs: number;
}

/** An attempt that will be finished from outside. */
export interface Callback {
  readonly ref: ExecutionRef;
  readonly ordinal: number;
  readonly attempt: number;
  /** Under which the task's state waits. */
  readonly token: string;
}

/**
 * The state of all runs. Every method is one atomic step; a crash falls between two of them. Reads see all earlier writes.
 * A status that changes makes an event in the same step. What is called by an `ExecutionRef` belongs to that execution.
 */
export interface RunStore extends StoredPlans, ChildWaits {
  /**
   * For how long after a run has stopped an attempt may still be claimed by who had read its status before that, in seconds; 0:
   * claims are refused from that moment on.
   */
  readonly claimLagSec: number;

  /**
   * Writes a run down as `queued`, or finds the one that was created with the same idempotency key. Without a spec its plan is yet to
   * be compiled: `planRun` comes later.
   */
  createRun(run: NewRun, spec?: RunSpec): Promise<{ run_id: string; created: boolean }>;
  /** Gives an execution that is queued its spec, once; false when it has one, or the run is not queued for it. */
  planRun(ref: ExecutionRef, plan: RunPlan, spec: RunSpec): Promise<boolean>;
  getRun(runId: string): Promise<Run | undefined>;
  getControl(runId: string): Promise<RunControl | undefined>;
  /** Newest first; those behind `after`, where it is given, which need not be there any more. */
  listRuns(limit: number, after?: RunPlace): Promise<Run[]>;
  /** undefined also where the run has the spec of another execution, an earlier or a later one. */
  getSpec(ref: ExecutionRef): Promise<RunSpec | undefined>;
  /**
   * Gives a foreach its tasks, once in an execution: the ordinals that follow all that the run has, and `task_count` grows by
   * `count * size`. Given again (the same `task`) it is the expansion that was there first, also where the run has stopped since.
   * undefined where the run is not `executing` in this execution, or would have more than `MAX_ORDINALS` in all.
   */
  addExpansion(ref: ExecutionRef, expansion: NewExpansion): Promise<Expansion | undefined>;
  /** All expansions of all executions of a run, by `first`. */
  listExpansions(runId: string): Promise<Expansion[]>;
  /** `queued` -> `executing`; false when the run is in another status or execution. */
  startRun(ref: ExecutionRef, at: string): Promise<boolean>;
  /** Changes the run's status while it is one of `from`; false when it is not, or the run is in another execution. */
  moveRun(ref: ExecutionRef, from: readonly RunStatus[], to: 'pausing' | 'paused' | 'cancelling', at: string): Promise<boolean>;
  /** Queues the next execution of a run whose status is one of `from`; false when it is not, or the run is in another execution. */
  reopenRun(ref: ExecutionRef, from: readonly RunStatus[], order: RunOrder, at: string): Promise<boolean>;
  /**
   * Ends the run and adds to the statistics what they do not have of it; false when it has ended before, or is in another execution.
   */
  endRun(ref: ExecutionRef, end: { status: RunStatus; error: TaskError | null; totals: RunTotals; at: string }): Promise<boolean>;

  /** How the run stands, and the items of some of its tasks, in one read. Outputs are read of `outputsOf` only, where it is given; of others they are null. */
  readTasks(
    runId: string,
    ordinals: readonly number[],
    outputsOf?: readonly number[],
  ): Promise<{ run: RunState | undefined; tasks: Map<number, TaskItem> }>;
  /** All tasks of the run that have an item. */
  listTasks(runId: string): Promise<TaskItem[]>;
  /** The same without their outputs. */
  listProgress(runId: string): Promise<TaskProgress[]>;
  countTasks(runId: string): Promise<RunTotals>;
  /** Starts attempt `attempt` if the latest one is `attempt - 1` and the task has no final status. */
  claimTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean>;
  /** Ends attempt `attempt` well and, where it is given, adds `usage` to the run's; false when it is not the one that executes. */
  completeTask(runId: string, task: TaskKey, attempt: number, outputs: JsonObject, at: string, usage?: Usage): Promise<boolean>;
  /** Ends attempt `attempt` badly: the task is `pending` again, with the error; false when it is not the one that executes. */
  releaseTask(runId: string, task: TaskKey, attempt: number, error: TaskError, at: string): Promise<boolean>;
  /** Makes the task `failed` unless it has a final status, and returns how it stands then. */
  failTask(runId: string, task: TaskKey, error: TaskError, at: string): Promise<TaskItem>;
  /** Makes tasks `blocked` that have no final status. */
  blockTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void>;
  /** Makes tasks `cancelled` that have no final status. */
  cancelTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void>;
  /** Makes tasks `cancelled` that have no final status and have not started. */
  cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void>;
  /** Makes tasks `skipped` that have no final status. */
  skipTasks(runId: string, tasks: readonly TaskKey[], at: string): Promise<void>;
  /** Until it is reopened the run is `failing`, by this task unless another was first; whether it was this one. False in another execution. */
  markFailing(ref: ExecutionRef, ordinal: number): Promise<boolean>;
  /** Notes that attempt `attempt` goes on; false when it is not the one that executes. */
  touchTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean>;
  /**
   * Makes tasks `pending` for the execution that is queued and not planned, whatever their status; attempts are counted on. False when
   * one of them is not what it was, or the run is elsewhere: some may have been made so. `forgive`: failures up to now count no more, and
   * what had ended has not started.
   */
  resetTasks(ref: ExecutionRef, resets: readonly TaskReset[], forgive: boolean, at: string): Promise<boolean>;

  /** Writes down where an attempt may be finished from outside. */
  putCallback(callbackId: string, callback: Callback): Promise<void>;
  getCallback(callbackId: string): Promise<Callback | undefined>;

  /** Adds a token to the gate, then reads it back: how many dependencies arrived, whether there had been a token, and whether the task has a final status. */
  addToken(ref: ExecutionRef, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean; final: boolean }>;
  /** Adds a dependency to the gate's arrived set and reads it back. */
  addArrival(ref: ExecutionRef, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }>;
  listTokens(ref: ExecutionRef, ordinal: number): Promise<string[]>;

  /** Takes all places of the demand, if the task has them already or each is left; none otherwise, and no shared one for a run that does not execute. */
  takePlaces(ref: ExecutionRef, ordinal: number, demand: Demand): Promise<boolean>;
  /** Gives back the places of a task that has a final status, and takes it from among the waiting. */
  freePlaces(ref: ExecutionRef, ordinal: number, demand: Demand): Promise<void>;
  /** The tasks of the run that hold any of these places. */
  listHolders(ref: ExecutionRef, places: readonly Place[]): Promise<number[]>;
  putWaiting(ref: ExecutionRef, waiter: Waiter, demand: Demand): Promise<void>;
  deleteWaiting(ref: ExecutionRef, ordinal: number): Promise<void>;
  isWaiting(ref: ExecutionRef, ordinal: number): Promise<boolean>;
  /** Whether a task of a lower rank waits for the places of one of these demands. */
  isOutranked(ref: ExecutionRef, rank: number, demands: readonly Demand[]): Promise<boolean>;
  /**
   * Takes the places of one of these demands for the waiting task of the lowest rank that can have all its places and has none; the
   * task, if there is one. With `turn`, which the run has while so many places of a shared pool are taken: `over` once that is not so.
   */
  takeForBest(ref: ExecutionRef, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined>;

  /** Makes a pool that all runs share, or changes its limit. */
  putSharedPool(pool: SharedPool): Promise<void>;
  /** @param ofRun a run of the tenant whose pools are meant, for who works for all of them; default: the store's own tenant */
  listSharedPools(ofRun?: string): Promise<SharedPoolStatus[]>;
  /** Runs that wait for a place in a shared pool while it has one: highest priority first, then who holds fewest, then the oldest. */
  listWaitingRuns(ref: ExecutionRef, pool: string): Promise<WaitingRuns>;
  /** Takes a run from among those that wait for a shared pool if none of its tasks waits with one of these demands, of this priority or above. */
  forgetWaitingRun(waiting: WaitingRun, pool: string, demands: readonly Demand[]): Promise<void>;
  /** Every task, of any run, that holds a place in a shared pool. */
  listSharedHolders(ref: ExecutionRef, pool: string): Promise<{ ref: ExecutionRef; ordinal: number }[]>;
  /** Gives back all places that an execution which is over holds in a shared pool. */
  leaveSharedPool(ref: ExecutionRef, pool: string): Promise<void>;

  listEvents(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]>;
  getStatistics(): Promise<Statistics>;
}

/** A run and when it ended. */
export interface EndedRun {
  readonly run_id: string;
  readonly completed_at: string;
}

/** What a store says of runs that have ended, so that old ones can be removed. */
export interface EndedRuns {
  /** Runs of all tenants that ended before an instant, the earliest first. */
  listEnded(before: string, limit: number): Promise<EndedRun[]>;
  /**
   * Removes all of a run that ended just then: it is not found any more, and its idempotency key is free; the statistics keep what it
   * added. Leaves a run that goes on. Not one step: it may be repeated, and is listed until all is gone.
   */
  removeRun(ended: EndedRun): Promise<void>;
}

/** A state machine to be: its name is the hash of its definition. */
export interface MachineDefinition {
  readonly name: string;
  /** ASL as JSON. */
  readonly definition: string;
}

/** What runs state machines: Step Functions, or the interpreter. */
export interface WorkflowEngine {
  /** Makes the machine unless there is one of that name. @throws EngineThrottledError when it must be tried later */
  ensureMachine(machine: MachineDefinition): Promise<void>;
  /** Stops an execution, and those that it has started; one that is over, or never began, is left as it is. */
  stopExecution(machineName: string, executionName: string): Promise<void>;
  /**
   * Starts an execution; the same name again changes nothing.
   *
   * @throws EngineThrottledError when it must be tried later, MachineMissingError when the machine has to be made first
   */
  startExecution(machineName: string, executionName: string, input: JsonObject): Promise<void>;
  /** Lets the state go on that waits under this token; false when nobody waits any more. */
  openGate(token: string): Promise<boolean>;
  /** Fails the state that waits under this token; false when nobody waits any more. */
  failTask(token: string, error: { readonly name: string; readonly message: string }): Promise<boolean>;
  /** Tells that the state under this token is still being worked on; false when nobody waits any more. */
  heartbeat(token: string): Promise<boolean>;
}

/** A machine that was there is gone: nobody had used it for long. */
export class MachineMissingError extends Error {
  override readonly name = 'MachineMissingError';
}

/** Step Functions takes no more calls of this kind for now. */
export class EngineThrottledError extends Error {
  override readonly name = 'EngineThrottledError';
}

/** Bytes too large for the store: outputs above 100 KB, large plans, definitions of machines that are yet to be made. */
export interface BlobStore {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** @throws BlobMissingError */
  get(key: string): Promise<Uint8Array>;
  /** Deletes all blobs whose keys begin with `folder/`. */
  deleteAll(folder: string): Promise<void>;
  /** A blob that is not there is no error. */
  delete(key: string): Promise<void>;
}

/** A blob that something refers to is not there. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
  readonly code = 'E5802';

  constructor(key: string, options?: ErrorOptions) {
    super(`there is no blob ${key}`, options);
  }
}

/** Where a client may put what it uploads: a PUT with these headers, before the address expires. */
export interface UploadAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
}

/** Plans that no request can carry: clients put them here, and submit them by their id. Each tenant has its own; they last a day. */
export interface UploadStore {
  /** @param sizeBytes nothing of another size may be put there; undefined: any size */
  open(uploadId: string, sizeBytes: number | undefined): Promise<UploadAddress>;
  /** undefined: nothing was put there, or it has expired. @throws UploadTooLargeError, which has read nothing */
  read(uploadId: string, maxBytes: number): Promise<Uint8Array | undefined>;
  delete(uploadId: string): Promise<void>;
}

/** More was uploaded than is read. */
export class UploadTooLargeError extends Error {
  override readonly name = 'UploadTooLargeError';
  readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    super(`${sizeBytes} bytes were uploaded`);
    this.sizeBytes = sizeBytes;
  }
}

/** Runs that are to be started, or whose start is to be looked after. A run that is sent is received at least once. */
export interface StartQueue {
  send(runId: string, delaySec: number): Promise<void>;
}
