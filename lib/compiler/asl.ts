/** The part of the Amazon States Language (JSONata mode) that the compiler emits. https://states-language.net/spec.html */
export interface StateMachine {
  Comment?: string;
  QueryLanguage: 'JSONata';
  /** Of a whole execution. */
  TimeoutSeconds?: number;
  StartAt: string;
  States: Record<string, State>;
}

/** A branch of a Parallel or the body of a Map. */
export interface StateScope {
  StartAt: string;
  States: Record<string, State>;
}

export type State = TaskState | ParallelState | MapState | SucceedState;

type Transition = { Next: string } | { End: true };

export type TaskState = Transition & {
  Type: 'Task';
  Comment?: string;
  Resource: TaskResource;
  Arguments: unknown;
  TimeoutSeconds?: number;
  HeartbeatSeconds?: number;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Output: unknown;
};

export type TaskResource =
  | 'arn:aws:states:::lambda:invoke'
  | 'arn:aws:states:::lambda:invoke.waitForTaskToken'
  | 'arn:aws:states:::states:startExecution.sync:2';

export type ParallelState = Transition & { Type: 'Parallel'; Branches: StateScope[]; Output: unknown };

export type MapState = Transition & {
  Type: 'Map';
  /** A literal list, or JSONata. */
  Items: unknown[] | string;
  MaxConcurrency?: number;
  ItemProcessor: StateScope & { ProcessorConfig: { Mode: 'INLINE' } };
  Output: unknown;
};

export interface SucceedState {
  Type: 'Succeed';
}

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL';
}

export interface Catcher {
  ErrorEquals: string[];
  Output?: unknown;
  Next: string;
}
