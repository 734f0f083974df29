import type { ExecutionRef } from '../../model/execution-ref.ts';
import type { JsonObject } from '../../model/json.ts';
import type { TaskStatus } from '../../model/run.ts';
import type { TaskRecord } from '../../model/task-record.ts';

export interface TaskError {
  /** One of the codes of `lib/model/error-codes.ts`. */
  readonly code: string;
  readonly message: string;
}

/**
 * What a task is called: its ordinal finds it, its id names it in events. The execution says for which one it is written: once a
 * later one has reset the task, the writes of earlier ones change nothing.
 */
export type TaskKey = Pick<TaskRecord, 'ordinal' | 'id' | 'execution'>;

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

/** A task that is to run in the next execution, as it was when that was decided. */
export interface TaskReset {
  readonly task: TaskKey;
  /** undefined: it had no item. */
  readonly was: Pick<TaskItem, 'status' | 'attempt'> | undefined;
  /** The plan has the task no more: its item goes, and none comes in its place. */
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

/** An attempt that will be finished from outside. */
export interface Callback {
  readonly ref: ExecutionRef;
  readonly ordinal: number;
  readonly attempt: number;
  /** Under which the task's state waits. */
  readonly token: string;
}
