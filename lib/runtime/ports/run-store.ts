import type { ExecutionRef } from '../../model/execution-ref.ts';
import type { JsonObject } from '../../model/json.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { Usage } from '../../model/usage.ts';
import type { ChildWaits } from './child-runs.ts';
import type { Demand, Place, SharedPool, SharedPoolStatus, Turn, Waiter, WaitingRun, WaitingRuns } from './places.ts';
import type { RunEvent } from './run-event.ts';
import type { NewRun, Run, RunControl, RunOrder, RunPlace, RunPlan, RunState, RunTotals, Statistics } from './runs.ts';
import type { StoredPlans } from './stored-plans.ts';
import type { Callback, Expansion, NewExpansion, TaskError, TaskItem, TaskKey, TaskProgress, TaskReset } from './tasks.ts';

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
   * what had ended has not started. A task that is removed is in no list and no count; to who is late with it in an earlier execution it
   * is `cancelled`, and it is neither claimed nor ended by that.
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
