import type { JsonObject } from './json.ts';
import type { TaskType } from './plan.ts';

/** Where the value of a binding comes from. */
export interface RecordReference {
  /** The ordinal of the task whose outputs are read, or the run's context. */
  readonly source: number | 'context';
  readonly path: readonly (string | number)[];
}

/** What a task's gate waits for. */
export interface TaskGate {
  /** Ordinals that must have arrived. */
  readonly dependencies: readonly number[];
  /** Pools of the run in which a place has to be taken as well: in all of them at once. */
  readonly pools: readonly string[];
  /** The same in a pool that all runs of the tenant share. */
  readonly sharedPool?: string;
}

/** The pool of all tasks of a run that the layout alone does not keep within `max_parallel_tasks`. Pools of plans have longer names. */
export const RUN_POOL = '';

/**
 * What a running task has to know: made by the compiler once, immutable, kept with the run. States carry ordinals only and
 * look everything else up here.
 */
export interface TaskRecord {
  /** The task's index in the plan. */
  readonly ordinal: number;
  readonly id: string;
  readonly name: string;
  readonly type: TaskType;
  /** What an agent is told; a template. */
  readonly content: string;
  readonly toolName: string | null;
  readonly agentId: string | null;
  /** Templates of the inputs. */
  readonly inputs: JsonObject;
  /** Inputs that `data` dependencies set, beside those of `inputs`. */
  readonly boundInputs: Readonly<Record<string, RecordReference>>;
  /** The bindings in `content` and `inputs` by their text between the braces. */
  readonly references: Readonly<Record<string, RecordReference>>;
  readonly timeoutSec: number;
  /** The task's state waits under a token: the task may be finished through a callback. */
  readonly callback?: true;
  /** Direct dependencies that must be completed, and those whose outputs are bound. */
  readonly dependencies: readonly number[];
  /** All tasks that this one's failure blocks directly. */
  readonly dependents: readonly number[];
  /** Tasks whose gates wait for this one. */
  readonly opens: readonly number[];
  /** Present where a gate state stands before the task. */
  readonly gate?: TaskGate;
  /** Higher goes first; present where it is not 0. Between runs that share a pool it decides before the rank. */
  readonly priority?: number;
  /** Place in the order in which free places are given out, 0 first: priority, longest remaining path, ordinal. */
  readonly rank: number;
  /** `metadata.mock`: how the mock executor is to play this task. */
  readonly mock?: JsonObject;
  /** Of which execution of the run the record is; absent: of the first. */
  readonly execution?: number;
  /** The plan has it no more. */
  readonly removed?: true;
}

/** What a run may take in all before it is stopped; what it does not say has no limit. */
export interface RunBudget {
  /** Seconds from the run's start. */
  readonly maxExecutionTimeSec?: number;
  readonly maxTokenCount?: number;
  readonly maxCostUsd?: number;
}

/** Everything about a run's plan that its states need. */
export interface RunSpec {
  readonly tasks: readonly TaskRecord[];
  /** The most tasks at once by pool. */
  readonly pools: Readonly<Record<string, number>>;
  readonly budget?: RunBudget;
}
