import type { ExecutionRef } from '../../model/execution-ref.ts';

/** The task of another run that a run was started for. */
export interface RunParent {
  readonly run_id: string;
  readonly task_id: string;
  readonly ordinal: number;
  /** Of the run's plan among those that are pinned to the parent's run. */
  readonly plan_hash: string;
  /** Seconds that the run has, where its plan does not say fewer. */
  readonly timeout_sec?: number;
}

/**
 * For which try of its parent's task an execution of a child run was asked for: each failure of the task begins another, and each execution of
 * the parent's run.
 */
export interface ChildTry {
  readonly ref: ExecutionRef;
  /** Attempts of the task that had ended badly before. */
  readonly failures: number;
}

/** What a run says of its parent. */
export function shownParent(parent: RunParent | undefined): { parent_run_id: string; parent_task_id: string } | undefined {
  return parent && { parent_run_id: parent.run_id, parent_task_id: parent.task_id };
}

/** Who waits for the end of child runs, in the parents' executions. Each method is one atomic step. */
export interface ChildWaits {
  /** Adds a token under which a task's state waits for its child run. */
  addChildToken(ref: ExecutionRef, ordinal: number, token: string): Promise<void>;
  listChildTokens(ref: ExecutionRef, ordinal: number): Promise<string[]>;
}
