import type { JsonObject, JsonValue } from '../model/json.ts';
import type { RunStatus, TaskStatus } from '../model/run.ts';
import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import type { Usage } from '../model/usage.ts';

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
  /** 0 while the plan is yet to be compiled, and for good where it turned out to be invalid. */
  readonly task_count: number;
  /** Sum over all tasks, as far as they have reported. Counted as they complete where the run has a budget of tokens or cost, else when it ends. */
  readonly tokens_used: number;
  /** The same of `cost_usd`; counted only where the run has a budget of tokens or cost, else 0. */
  readonly cost_usd: number;
  /** Counted when the run ends; null before. */
  readonly totals: RunTotals | null;
  readonly context: JsonObject;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: TaskError | null;
}

/** What an attempt has to know of its run. */
export interface RunState extends Pick<Run, 'status' | 'context' | 'started_at' | 'tokens_used' | 'cost_usd'> {
  /** A task of a `fail_fast` plan has failed. */
  readonly failing: boolean;
}

export interface NewRun extends Pick<Run, 'run_id' | 'plan_id' | 'goal_id' | 'context' | 'created_at'> {
  /** The same key again is the same run. */
  readonly idempotency_key?: string | undefined;
}

/** What is known of a run once its plan is read. */
export type RunPlan = Pick<Run, 'plan_id' | 'goal_id' | 'context'>;

/** Where a run stands in the list of all. */
export type RunPlace = Pick<Run, 'created_at' | 'run_id'>;

/** A task of a run as it stands. A task that was never touched has no item: it is pending. */
export interface TaskItem {
  readonly ordinal: number;
  readonly status: TaskStatus;
  /** The latest dispatch, 1 for the first; 0: never dispatched. */
  readonly attempt: number;
  readonly outputs: JsonObject | null;
  readonly error: TaskError | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
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

/** What a task is called in events: its ordinal finds it, its id names it. */
export type TaskKey = Pick<TaskRecord, 'ordinal' | 'id'>;

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
  readonly run_id: string;
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
  readonly run_id: string;
  readonly ordinal: number;
  readonly attempt: number;
  /** Under which the task's state waits. */
  readonly token: string;
}

/**
 * The state of all runs. Every method is one atomic step; a crash falls between two of them. Reads see all earlier writes.
 * A status that changes makes an event in the same step.
 */
export interface RunStore {
  /**
   * Writes a run down as `queued`, or finds the one that was created with the same idempotency key. Without a spec its plan is yet to
   * be compiled: `planRun` comes later.
   */
  createRun(run: NewRun, spec?: RunSpec): Promise<{ run_id: string; created: boolean }>;
  /** Gives a queued run that has none its spec, once, and what else its plan says; false when it has one or is not queued. */
  planRun(runId: string, plan: RunPlan, spec: RunSpec): Promise<boolean>;
  getRun(runId: string): Promise<Run | undefined>;
  /** Newest first; those behind `after`, where it is given, which need not be there any more. */
  listRuns(limit: number, after?: RunPlace): Promise<Run[]>;
  getSpec(runId: string): Promise<RunSpec | undefined>;
  /** `queued` -> `executing`; false when the run is in another status. */
  startRun(runId: string, at: string): Promise<boolean>;
  /** Ends the run once and adds its totals to the statistics; false when it has ended before. */
  endRun(runId: string, end: { status: RunStatus; error: TaskError | null; totals: RunTotals; at: string }): Promise<boolean>;

  /** How the run stands, and the items of some of its tasks, in one read. Outputs are read of `outputsOf` only, where it is given; of others they are null. */
  readTasks(
    runId: string,
    ordinals: readonly number[],
    outputsOf?: readonly number[],
  ): Promise<{ run: RunState | undefined; tasks: Map<number, TaskItem> }>;
  /** All tasks of the run that have an item. */
  listTasks(runId: string): Promise<TaskItem[]>;
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
  /** Makes tasks `cancelled` that have no final status and were never claimed. */
  cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void>;
  /** Makes tasks `skipped` that have no final status. */
  skipTasks(runId: string, tasks: readonly TaskKey[], at: string): Promise<void>;
  /** From now on the run is `failing`, by this task unless another was first; whether it was this one. */
  markFailing(runId: string, ordinal: number): Promise<boolean>;

  /** Writes down where an attempt may be finished from outside. */
  putCallback(callbackId: string, callback: Callback): Promise<void>;
  getCallback(callbackId: string): Promise<Callback | undefined>;

  /** Adds a token to the gate, then reads it back: how many dependencies arrived, whether there had been a token, and whether the task has a final status. */
  addToken(runId: string, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean; final: boolean }>;
  /** Adds a dependency to the gate's arrived set and reads it back. */
  addArrival(runId: string, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }>;
  listTokens(runId: string, ordinal: number): Promise<string[]>;

  /** Takes all places of the demand, if the task has them already or each is left; none otherwise, and no shared one for a run that has ended. */
  takePlaces(runId: string, ordinal: number, demand: Demand): Promise<boolean>;
  /** Gives back the places of a task that has a final status, and takes it from among the waiting. */
  freePlaces(runId: string, ordinal: number, demand: Demand): Promise<void>;
  /** The tasks of the run that hold any of these places. */
  listHolders(runId: string, places: readonly Place[]): Promise<number[]>;
  putWaiting(runId: string, waiter: Waiter, demand: Demand): Promise<void>;
  deleteWaiting(runId: string, ordinal: number): Promise<void>;
  isWaiting(runId: string, ordinal: number): Promise<boolean>;
  /** Whether a task of a lower rank waits for the places of one of these demands. */
  isOutranked(runId: string, rank: number, demands: readonly Demand[]): Promise<boolean>;
  /**
   * Takes the places of one of these demands for the waiting task of the lowest rank that can have all its places and has none; the
   * task, if there is one. With `turn`, which the run has while so many places of a shared pool are taken: `over` once that is not so.
   */
  takeForBest(runId: string, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined>;

  /** Makes a pool that all runs share, or changes its limit. */
  putSharedPool(pool: SharedPool): Promise<void>;
  listSharedPools(): Promise<SharedPoolStatus[]>;
  /** Runs that wait for a place in a shared pool while it has one: highest priority first, then who holds fewest, then the oldest. */
  listWaitingRuns(runId: string, pool: string): Promise<WaitingRuns>;
  /** Takes a run from among those that wait for a shared pool if none of its tasks waits with one of these demands, of this priority or above. */
  forgetWaitingRun(waiting: WaitingRun, pool: string, demands: readonly Demand[]): Promise<void>;
  /** Every task, of any run, that holds a place in a shared pool. */
  listSharedHolders(runId: string, pool: string): Promise<{ run_id: string; ordinal: number }[]>;
  /** Gives back all places that a run which has ended holds in a shared pool. */
  leaveSharedPool(runId: string, pool: string): Promise<void>;

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

export interface AgentInput {
  readonly content: string;
  readonly task_id: string;
  readonly task_name: string;
  readonly task_type: string;
  readonly inputs: JsonObject;
  /** Seconds. */
  readonly timeout: number;
  /** Present where the agent may answer `{accepted: true}` and finish the task later, by `POST /callbacks/{callback_id}`. */
  readonly callback_id?: string;
}

export type AgentAnswer = { response: JsonValue; agent_id: string; tokens_used?: number; cost_usd?: number } | { accepted: true };
export type ToolAnswer = { success: boolean; data?: JsonValue; error?: string | null } | { accepted: true };

/** L02. Throwing, or an unreachable agent, fails the attempt. */
export interface AgentExecutor {
  execute(agentId: string, input: AgentInput, signal: AbortSignal): Promise<AgentAnswer>;
}

/** L03. `success: false` fails the attempt. */
export interface ToolExecutor {
  execute(toolName: string, toolArguments: JsonObject, signal: AbortSignal, callbackId?: string): Promise<ToolAnswer>;
}

/** One attempt of a task, ready to go: bindings replaced. */
export interface Dispatch {
  readonly record: TaskRecord;
  readonly content: string;
  readonly inputs: JsonObject;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Where the attempt may be finished later; only for tasks that wait for it. */
  readonly callbackId?: string | undefined;
}

/** What an executor answers that has taken a task on and will report through the callback. */
export const ACCEPTED = Symbol('accepted');

/** Carries out an attempt and gives the task's outputs, or says that they will come through the callback. */
export type Dispatcher = (dispatch: Dispatch) => Promise<JsonObject | typeof ACCEPTED>;
