import type { JsonObject } from '../model/json.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { AgentUnavailableError, StateError, TaskFailedError, TaskTimedOutError } from './errors.ts';
import type { ACCEPTED, Dispatch } from './ports.ts';
import type { Runtime } from './runtime.ts';

/**
 * Dispatches an attempt and waits for it at most the task's timeout: then its signal is aborted, and whatever it answers later
 * is not listened to, so an executor that ignores the signal changes nothing.
 *
 * @throws TaskTimedOutError (E5203), AgentUnavailableError (E5901), TaskFailedError (E5202)
 */
export function dispatchWithin(
  { clock, dispatch }: Pick<Runtime, 'clock' | 'dispatch'>,
  record: TaskRecord,
  attempt: Omit<Dispatch, 'record' | 'signal'>,
): Promise<JsonObject | typeof ACCEPTED> {
  const abort = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(record.timeoutSec * 1000, () => {
      const error = new TaskTimedOutError(`task ${record.id} took longer than its timeout of ${record.timeoutSec} s`);
      abort.abort(error);
      reject(error);
    });
    // in a callback, so that an executor that throws at once is treated like one that rejects
    Promise.resolve()
      .then(() => dispatch({ ...attempt, record, signal: abort.signal }))
      .then(resolve, (error: unknown) => reject(asFailure(error)))
      .finally(() => timer.cancel());
  });
}

/** Executors may throw anything, things that cannot be looked at included. */
function asFailure(error: unknown): StateError {
  try {
    if (error instanceof StateError) return error;
    const message = String(error instanceof Error ? error.message : error);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'E5901' ? new AgentUnavailableError(message, { cause: error }) : new TaskFailedError(message, { cause: error });
  } catch {
    return new TaskFailedError('the executor threw something that cannot be read', { cause: error });
  }
}
