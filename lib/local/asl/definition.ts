/** A definition that has passed `validate`: the supported part of the Amazon States Language in JSONata mode. https://states-language.net/spec.html */
export interface StateMachineDefinition extends ScopeDefinition {
  readonly TimeoutSeconds?: number;
}

/** States that only know each other: the machine's own, those of a branch, those of an iteration. */
export interface ScopeDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

export type StateDefinition =
  | TaskDefinition
  | ParallelDefinition
  | MapDefinition
  | PassDefinition
  | WaitDefinition
  | ChoiceDefinition
  | SucceedDefinition
  | FailDefinition;

export type StateType = StateDefinition['Type'];

/** A number, or an expression that gives one. */
type NumberField = number | string;

interface Transition {
  /** Absent where the state ends its scope. */
  readonly Next?: string;
}

interface Results {
  readonly Output?: unknown;
  readonly Assign?: Readonly<Record<string, unknown>>;
}

interface Recovery {
  readonly Retry?: readonly RetrierDefinition[];
  readonly Catch?: readonly CatcherDefinition[];
}

export type TaskResource =
  | 'arn:aws:states:::lambda:invoke'
  | 'arn:aws:states:::lambda:invoke.waitForTaskToken'
  | 'arn:aws:states:::states:startExecution.sync:2';

export interface TaskDefinition extends Transition, Results, Recovery {
  readonly Type: 'Task';
  readonly Resource: TaskResource;
  readonly Arguments: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: NumberField;
  readonly HeartbeatSeconds?: NumberField;
}

export interface ParallelDefinition extends Transition, Results, Recovery {
  readonly Type: 'Parallel';
  readonly Branches: readonly ScopeDefinition[];
  readonly Arguments?: unknown;
}

export interface MapDefinition extends Transition, Results, Recovery {
  readonly Type: 'Map';
  readonly Items?: unknown;
  readonly ItemSelector?: unknown;
  readonly ItemProcessor: ScopeDefinition;
  readonly MaxConcurrency?: NumberField;
}

export interface PassDefinition extends Transition, Results {
  readonly Type: 'Pass';
}

export interface WaitDefinition extends Transition, Results {
  readonly Type: 'Wait';
  readonly Seconds: NumberField;
}

export interface ChoiceDefinition extends Results {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRuleDefinition[];
  readonly Default?: string;
}

export interface ChoiceRuleDefinition extends Results {
  readonly Condition: boolean | string;
  readonly Next: string;
}

export interface SucceedDefinition {
  readonly Type: 'Succeed';
  readonly Output?: unknown;
}

export interface FailDefinition {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export interface RetrierDefinition {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface CatcherDefinition extends Results {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}
