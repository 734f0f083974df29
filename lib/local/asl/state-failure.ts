/** Names that Step Functions itself gives to errors. https://states-language.net/spec.html#appendix-a */
export const STATES_ERROR = {
  all: 'States.ALL',
  dataLimitExceeded: 'States.DataLimitExceeded',
  heartbeatTimeout: 'States.HeartbeatTimeout',
  noChoiceMatched: 'States.NoChoiceMatched',
  queryEvaluation: 'States.QueryEvaluationError',
  runtime: 'States.Runtime',
  taskFailed: 'States.TaskFailed',
  timeout: 'States.Timeout',
} as const;

/** Why a state failed: what Retry and Catch look at, and what the execution ends with when neither takes it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  /** The error's name in ASL. Only a Fail state may leave it out. */
  readonly error: string | undefined;
  /** The cause in ASL. A time-out has none. */
  readonly causeText: string | undefined;
  /** A missed heartbeat is reported as a time-out, but can be told apart in ErrorEquals. */
  readonly isHeartbeat: boolean;

  constructor(error: string | undefined, causeText?: string, isHeartbeat = false) {
    super(causeText ?? error);
    this.error = error;
    this.causeText = causeText;
    this.isHeartbeat = isHeartbeat;
  }

  /** `$states.errorOutput`. */
  get errorOutput(): { Error: string; Cause: string } {
    return { Error: this.error ?? '', Cause: this.causeText ?? '' };
  }
}

/** Thrown to unwind a thread whose execution, branch or iteration has been ended from outside. Nothing may catch it for good. */
export const ENDED = Symbol('the thread has ended');

/** Anything that is thrown while a state runs, as a failure of that state. */
export function asStateFailure(thrown: unknown): StateFailure {
  if (thrown === ENDED) throw ENDED;
  if (thrown instanceof StateFailure) return thrown;
  return new StateFailure(STATES_ERROR.runtime, thrown instanceof Error ? thrown.message : String(thrown));
}
