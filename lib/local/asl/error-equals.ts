import { STATES_ERROR, type StateFailure } from './state-failure.ts';

export type ErrorMatcher = (failure: StateFailure) => boolean;

/**
 * `ErrorEquals` as a function.
 *
 * - `States.Runtime` always ends the execution; no list takes it.
 * - `States.DataLimitExceeded` is only taken by its own name, not by the wildcards.
 * - `States.TaskFailed` is a wildcard for everything but time-outs.
 * - A missed heartbeat is taken by `States.HeartbeatTimeout` and by `States.Timeout`.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function errorMatcher(errorEquals: readonly string[]): ErrorMatcher {
  const names = new Set(errorEquals);
  const takesAll = names.has(STATES_ERROR.all);
  const takesTaskFailed = names.has(STATES_ERROR.taskFailed);
  const takesHeartbeat = names.has(STATES_ERROR.heartbeatTimeout);
  return (failure) => {
    const error = failure.error ?? '';
    if (error === STATES_ERROR.runtime) return false;
    if (names.has(error)) return true;
    if (error === STATES_ERROR.dataLimitExceeded) return false;
    if (takesAll) return true;
    if (error === STATES_ERROR.timeout) return failure.isHeartbeat && takesHeartbeat;
    return takesTaskFailed;
  };
}
