import { refOf } from '../model/execution-ref.ts';
import { cancelUnfinished } from './cancel-unfinished.ts';
import { childrenOf } from './children-of.ts';
import { leaveSharedPools } from './gates.ts';
import type { RunControl } from './ports/runs.ts';
import { endByTasks } from './run-end.ts';
import { type Runtime, scopeOf, timestamp } from './runtime.ts';
import { stopExecution } from './stop-execution.ts';

const CANCELLED = { code: 'E5200', message: 'the run was cancelled' } as const;

/**
 * Brings a run that is `cancelling` to its end: its execution is stopped, attempts in this process are aborted (others notice within
 * seconds, and their results count no more), tasks without an end are `cancelled`, its places in shared pools are free, its child runs
 * are cancelled too. Safe to repeat.
 */
export async function finishCancelling(runtime: Runtime, control: RunControl): Promise<void> {
  const { store, clock } = runtime;
  const { run_id: runId, execution } = control;
  const ref = refOf({ runId, execution });
  runtime.attempts.abort(ref, CANCELLED.message);
  await stopExecution(runtime, control);
  await cancelUnfinished(runtime, control, CANCELLED);
  const totals = await store.countTasks(runId);
  const run = await store.getRun(runId);
  if (run?.status === 'cancelling' && run.task_count > 0 && control.planned === execution && !(await hasCancelled(runtime, runId))) {
    // its last task had ended before that; others may have been cancelled by a budget, or by fail_fast
    await endByTasks(runtime, await scopeOf(runtime, ref), run, totals);
  } else {
    await store.endRun(ref, { status: 'cancelled', error: CANCELLED, totals, at: timestamp(clock) });
  }
  await leaveSharedPools(runtime, ref);
  if ((await childrenOf(runtime, control)).length > 0) await runtime.childRuns.stop(runtime, control);
  if (control.parent !== undefined) await runtime.childRuns.tellParent(runtime, runId);
}

/** Whether the cancel, and not something before it, has ended a task. */
async function hasCancelled({ store }: Runtime, runId: string): Promise<boolean> {
  return (await store.listProgress(runId)).some(({ status, error }) => status === 'cancelled' && error?.code === CANCELLED.code);
}
