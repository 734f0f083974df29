import { RUN_ERROR, type RunErrorName, TASK_ERROR } from '../model/task-errors.ts';
import type { RunTotals } from './ports/runs.ts';
import type { TaskError } from './ports/tasks.ts';

/** Characters that are kept of a message: a function's error, and a Cause, have to hold it. */
const MAX_MESSAGE_LENGTH = 4_000;

/** What the handlers throw at Step Functions: `name` is what `ErrorEquals` matches, `code` is what users see. */
export abstract class StateError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super((message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : message).toWellFormed(), options);
  }
}

export class TaskBlockedError extends StateError {
  override readonly name = TASK_ERROR.blocked;
  readonly code = 'E5204';
}

export class RunStoppedError extends StateError {
  override readonly name = TASK_ERROR.stopped;
  readonly code = 'E5200';
}

/** A condition says that the task is not to run. No failure: it is thrown so that the state goes to what settles it. */
export class TaskSkippedError extends StateError {
  override readonly name = TASK_ERROR.skipped;
  readonly code = 'E5200';
}

/** A task of the run has failed, and the plan's `on_failure` is `fail_fast`. */
export class RunFailedFastError extends StateError {
  override readonly name = TASK_ERROR.failFast;
  readonly code = RUN_ERROR.failed;
}

export class BindingFailedError extends StateError {
  override readonly name = TASK_ERROR.binding;
  readonly code = 'E5402';
}

/** The attempt failed: the executor threw or answered with a failure. */
export class TaskFailedError extends StateError {
  override readonly name = TASK_ERROR.failed;
  readonly code = 'E5202';
}

/** Of a foreach more items have failed than it tolerates. */
export class ItemsFailedError extends StateError {
  override readonly name = TASK_ERROR.itemsFailed;
  readonly code = 'E5204';
}

export class TaskTimedOutError extends StateError {
  override readonly name = TASK_ERROR.timedOut;
  readonly code = 'E5203';
}

/** The compound that the task is in is over its time: the attempt was aborted, or is not started any more. */
export class CompoundTimedOutError extends StateError {
  override readonly name = TASK_ERROR.compoundTimedOut;
  readonly code = 'E5203';
}

/** The child run of the task has failed: each try more lets it go on with what it has not completed. */
export class ChildRunFailedError extends StateError {
  override readonly name = TASK_ERROR.childFailed;
  readonly code = 'E5204';
}

/** The child run of the task was cancelled: the task is, too. */
export class ChildRunCancelledError extends StateError {
  override readonly name = TASK_ERROR.childCancelled;
  readonly code = 'E5204';
}

/** The agent or tool could not be reached. Executors throw it (or any error with `code` E5901) to say so. */
export class AgentUnavailableError extends StateError {
  override readonly name = TASK_ERROR.unavailable;
  readonly code = 'E5901';
}

/** The run is over its `max_execution_time_sec`: the attempt was aborted, or is not started any more. */
export class RunOutOfTimeError extends StateError {
  override readonly name = TASK_ERROR.outOfTime;
  readonly code = RUN_ERROR.outOfTime;
}

/** The run has used up its `max_token_count` or `max_cost_usd`. */
export class BudgetUsedUpError extends StateError {
  override readonly name = TASK_ERROR.usedUp;
  readonly code = RUN_ERROR.usedUp;
}

/** Another invocation has taken the task over; whoever still listens to this one asks again. */
export class AttemptSupersededError extends StateError {
  override readonly name = TASK_ERROR.superseded;
  readonly code = 'E5200';
}

/** The store or the engine failed half-way; what was done is safe to repeat. */
export class OrchestratorUnavailableError extends StateError {
  override readonly name = TASK_ERROR.interrupted;
  readonly code = 'E5200';
}

/** Ends the execution of a run that has failed, under the code of the run's error. The message is the JSON of the totals. */
export class RunFailedError extends StateError {
  override readonly name: RunErrorName;
  readonly code: RunErrorName;

  constructor(code: RunErrorName, totals: RunTotals) {
    super(JSON.stringify(totals));
    this.name = code;
    this.code = code;
  }
}

export function asTaskError(error: StateError): TaskError {
  return { code: error.code, message: error.message };
}
