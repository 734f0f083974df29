import type { ExecutionRef } from '../model/execution-ref.ts';
import { isFinalRun } from '../model/run.ts';
import { deadlineOf } from './budget.ts';
import { finishCancelling } from './cancel-run.ts';
import { cancelUnfinished, controlOf } from './cancel-unfinished.ts';
import { childrenOf } from './children-of.ts';
import { drainRun } from './drain-run.ts';
import { asTaskError } from './errors.ts';
import { leaveSharedPools } from './gates.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskError } from './ports/tasks.ts';
import { endByTasks } from './run-end.ts';
import { type Runtime, scopeOf, timestamp } from './runtime.ts';

/** How an execution ended. */
export interface BadEnd {
  readonly reason: string;
  /** The machine's own time was up: the run's `max_execution_time_sec`, and nothing goes on after it. */
  readonly timedOut?: boolean;
  /** Whoever carried out its attempts is gone too: they are not waited for. */
  readonly dead?: boolean;
}

/**
 * Settles a run whose execution is over although finish-run never ended it. What of its tasks had not ended is `cancelled`, the run
 * `failed`: by E5203 where its time was up, else by E5200 for the given reason, and then it can be resumed. A run that was being
 * paused or cancelled is paused or cancelled. Safe to repeat.
 */
export async function settleRun(runtime: Runtime, ref: ExecutionRef, end: BadEnd): Promise<void> {
  const control = await controlOf(runtime, ref);
  if (control?.status === 'pausing') {
    // what runs holds its places until it has ended
    if (!(await drainRun(runtime, ref, end.dead))) return;
  } else if (control?.status === 'cancelling') await finishCancelling(runtime, control);
  else if (control !== undefined && !isFinalRun(control.status) && control.status !== 'paused') await interrupt(runtime, ref, control, end);
  // also where it had ended: whoever ended it may have died before this
  await leaveSharedPools(runtime, ref);
  if (control === undefined) return;
  if ((await childrenOf(runtime, control)).length > 0) await runtime.childRuns.stop(runtime, control, end.dead);
  if (control.parent !== undefined) await runtime.childRuns.tellParent(runtime, control.run_id);
}

async function interrupt(runtime: Runtime, ref: ExecutionRef, control: RunControl, end: BadEnd): Promise<void> {
  const { store, clock } = runtime;
  runtime.attempts.abort(ref, end.reason);
  const run = (await store.getRun(control.run_id))!;
  if (run.task_count > 0 && control.planned === control.execution) {
    const totals = await store.countTasks(run.run_id);
    if (totals.unfinished === 0 && !(await wasCutOff(runtime, control))) {
      await endByTasks(runtime, await scopeOf(runtime, ref), run, totals);
      return;
    }
  }
  const error = await errorOf(runtime, ref, end);
  const at = end.dead ? await lastSign(runtime, control) : timestamp(clock);
  await cancelUnfinished(runtime, control, error, at);
  const totals = await store.countTasks(run.run_id);
  await store.endRun(ref, { status: 'failed', error, totals, at });
}

/** Whether an earlier try has cancelled tasks, and died over it: the run did not come to its end by itself. */
async function wasCutOff({ store }: Runtime, { run_id }: RunControl): Promise<boolean> {
  return (await store.listProgress(run_id)).some(({ status, error }) => status === 'cancelled' && error?.code === 'E5200');
}

/** When something was last heard of a run whose process is gone, which may be long ago: it took no time since. */
async function lastSign({ store }: Runtime, { run_id, changed_at }: RunControl): Promise<string> {
  return (await store.listProgress(run_id)).reduce((last, task) => (task.changed_at > last ? task.changed_at : last), changed_at);
}

async function errorOf(runtime: Runtime, ref: ExecutionRef, { reason, timedOut = false }: BadEnd): Promise<TaskError> {
  const interrupted = { code: 'E5200', message: reason };
  if (!timedOut) return interrupted;
  const { runId, spec } = await scopeOf(runtime, ref);
  const { run } = await runtime.store.readTasks(runId, [], []);
  const deadline = run && deadlineOf(run, spec);
  return deadline === undefined ? interrupted : asTaskError(deadline.error);
}
