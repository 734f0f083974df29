import type { JsonObject } from '../model/json.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { Deadline } from './budget.ts';
import { AgentUnavailableError, StateError, TaskFailedError, TaskTimedOutError } from './errors.ts';
import type { ACCEPTED, Dispatch } from './ports/executors.ts';
import type { RunningAttempt } from './running-attempts.ts';
import type { Runtime } from './runtime.ts';

/** What may end an attempt besides its timeout. */
export interface Bounds {
  /** Of the run. */
  readonly deadline?: Deadline | undefined;
  /** Tells when the run wants nothing of the attempt any more. */
  readonly running?: Pick<RunningAttempt, 'onStop'> | undefined;
}

/**
 * Dispatches an attempt and waits for it at most the task's timeout, or until the run's deadline or stop: then its signal is aborted,
 * and whatever it answers later is not listened to, so an executor that ignores the signal changes nothing.
 *
 * @throws TaskTimedOutError or RunOutOfTimeError (E5203), AgentUnavailableError (E5901), TaskFailedError (E5202), RunStoppedError
 */
export function dispatchWithin(
  { clock, dispatch }: Pick<Runtime, 'clock' | 'dispatch'>,
  record: TaskRecord,
  attempt: Omit<Dispatch, 'record' | 'signal'>,
  { deadline, running }: Bounds = {},
): Promise<JsonObject | typeof ACCEPTED> {
  const abort = new AbortController();
  const { ms, limited, makeError } = limitOf(record, deadline, clock.now());
  return new Promise((resolve, reject) => {
    const end = (error: StateError): void => {
      abort.abort(error);
      reject(error);
    };
    const timer = clock.setTimer(ms, () => end(makeError()));
    running?.onStop((why) => {
      timer.cancel(); // whoever ignores the signal may never answer
      end(why);
    });
    // in a callback, so that an executor that throws at once is treated like one that rejects
    Promise.resolve()
      .then(() => dispatch({ ...attempt, record: limited, signal: abort.signal }))
      .then(resolve, (error: unknown) => reject(asFailure(error)))
      .finally(() => timer.cancel());
  });
}

interface Limit {
  readonly ms: number;
  /** The task with its timeout cut to that. */
  readonly limited: TaskRecord;
  readonly makeError: () => StateError;
}

/** How long an attempt may take. Where the run ends in the same moment as the task's timeout, the run counts: no attempt comes after it. */
function limitOf(record: TaskRecord, deadline: Deadline | undefined, nowMs: number): Limit {
  const ms = record.timeoutSec * 1000;
  const leftMs = Math.max(0, (deadline?.atMs ?? Number.POSITIVE_INFINITY) - nowMs);
  if (deadline !== undefined && leftMs <= ms) {
    return { ms: leftMs, limited: { ...record, timeoutSec: leftMs / 1000 }, makeError: () => deadline.error };
  }
  const text = `task ${record.id} took longer than its timeout of ${record.timeoutSec} s`;
  return { ms, limited: record, makeError: () => new TaskTimedOutError(text) };
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
