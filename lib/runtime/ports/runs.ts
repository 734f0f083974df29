import type { JsonObject } from '../../model/json.ts';
import type { RunStatus } from '../../model/run.ts';
import type { BlobFolder } from './blob-store.ts';
import type { ChildTry, RunParent } from './child-runs.ts';
import type { TaskError } from './tasks.ts';

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
  /** Of the request for it: the same again finds it done. */
  readonly idempotency_key?: string | undefined;
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

/** Where a run stands in the list of all. */
export type RunPlace = Pick<Run, 'created_at' | 'run_id'>;

export interface RunTotals {
  readonly completed: number;
  readonly failed: number;
  /** Those of the failed that a foreach tolerated; told once the run has ended by its tasks, absent where there are none. */
  readonly tolerated?: number;
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
