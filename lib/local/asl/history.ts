import type { StateType } from './definition.ts';

/** Events that Step Functions writes into an execution's history, as far as they can occur here. */
export type HistoryEventType =
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | 'ExecutionTimedOut'
  | 'ExecutionAborted'
  | `${StateType}StateEntered`
  | `${Exclude<StateType, 'Fail'>}StateExited`
  | `${StateType}StateAborted`
  | 'TaskScheduled'
  | 'TaskStarted'
  | 'TaskSubmitted'
  | 'TaskSucceeded'
  | 'TaskFailed'
  | 'TaskTimedOut'
  | 'MapStateStarted'
  | 'MapStateSucceeded'
  | 'MapStateFailed'
  | 'MapIterationStarted'
  | 'MapIterationSucceeded'
  | 'MapIterationFailed'
  | 'MapIterationAborted'
  | 'ParallelStateStarted'
  | 'ParallelStateSucceeded'
  | 'ParallelStateFailed'
  | 'EvaluationFailed';

/** What an event says besides its type; which of them depends on the type. */
export interface HistoryDetails {
  /** The state that the event belongs to. */
  readonly state?: string;
  /** The iteration of the innermost Map around it, from 0. */
  readonly index?: number | undefined;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface HistoryEvent extends HistoryDetails {
  readonly executionArn: string;
  /** From 1, in order. */
  readonly id: number;
  /** The event before it in its own line of states; where lines join, the last of the line that came last. 0 for the first ones, as on AWS. */
  readonly previousId: number;
  readonly type: HistoryEventType;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
}
