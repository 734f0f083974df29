import { isFinal, isFinalRun } from '../model/run.ts';
import { deadlineOf } from './budget.ts';
import { asTaskError } from './errors.ts';
import { leaveSharedPools } from './gates.ts';
import type { Run, TaskError } from './ports.ts';
import { type Runtime, timestamp } from './runtime.ts';

/** How an execution ended. */
export interface BadEnd {
  readonly reason: string;
  /** The machine's own time was up: the run's `max_execution_time_sec`, and nothing goes on after it. */
  readonly timedOut?: boolean;
}

/**
 * Ends a run whose execution is over although finish-run never ended it: it failed (E5200) for the given reason. Where its time was
 * up (E5203), what of its tasks had not ended is `cancelled`. Safe to repeat.
 */
export async function settleRun(runtime: Runtime, runId: string, { reason, timedOut = false }: BadEnd): Promise<void> {
  const { store, clock } = runtime;
  const run = await store.getRun(runId);
  if (run === undefined) return;
  if (!isFinalRun(run.status)) {
    const error = timedOut ? await cancelUnfinished(runtime, run, reason) : { code: 'E5200', message: reason };
    const totals = await store.countTasks(runId);
    await store.endRun(runId, { status: 'failed', error, totals, at: timestamp(clock) });
  }
  // also where it had ended: whoever ended it may have died before this
  await leaveSharedPools(runtime, { runId, spec: await runtime.specs.get(runId) });
}

async function cancelUnfinished({ store, specs, clock }: Runtime, run: Run, reason: string): Promise<TaskError> {
  const spec = await specs.get(run.run_id);
  const deadline = deadlineOf(run, spec);
  const error = deadline === undefined ? { code: 'E5200', message: reason } : asTaskError(deadline.error);
  const { tasks } = await store.readTasks(
    run.run_id,
    spec.tasks.map(({ ordinal }) => ordinal),
    [],
  );
  const unfinished = spec.tasks.filter(({ ordinal }) => !isFinal(tasks.get(ordinal)?.status ?? 'pending'));
  await store.cancelTasks(run.run_id, unfinished, error, timestamp(clock));
  return error;
}
