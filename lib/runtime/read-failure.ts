import { RUN_ERROR, TASK_ERROR } from '../model/task-errors.ts';
import type { TaskError } from './ports/tasks.ts';

const CODE_OF: Readonly<Record<string, string>> = {
  [TASK_ERROR.timedOut]: 'E5203',
  [TASK_ERROR.compoundTimedOut]: 'E5203',
  'States.Timeout': 'E5203',
  'States.HeartbeatTimeout': 'E5203',
  'Sandbox.Timedout': 'E5203',
  [TASK_ERROR.outOfTime]: RUN_ERROR.outOfTime,
  [TASK_ERROR.usedUp]: RUN_ERROR.usedUp,
  [TASK_ERROR.failFast]: RUN_ERROR.failed,
  [TASK_ERROR.childFailed]: 'E5204',
  [TASK_ERROR.childCancelled]: 'E5204',
  [TASK_ERROR.unavailable]: 'E5901',
  [TASK_ERROR.binding]: 'E5402',
  [TASK_ERROR.failed]: 'E5202',
  [TASK_ERROR.itemsFailed]: 'E5204',
};

/** `$states.errorOutput` */
export interface StateFailure {
  readonly Error?: string | undefined;
  readonly Cause?: string | undefined;
}

/** The error of a failed state as it is kept with the task. A function's error has a Cause of `{errorType, errorMessage, trace}`. */
export function readFailure(output: StateFailure): TaskError {
  const name = output.Error ?? 'Unknown';
  const code = Object.hasOwn(CODE_OF, name) ? CODE_OF[name]! : 'E5202';
  return { code, message: messageOf(output.Cause) ?? name };
}

function messageOf(cause: string | undefined): string | undefined {
  if (cause === undefined || cause === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed && typeof parsed.errorMessage === 'string') {
      return parsed.errorMessage;
    }
  } catch {
    // not from a function: a sentence
  }
  return cause;
}
