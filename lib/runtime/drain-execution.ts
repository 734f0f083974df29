import type { ExecutionRef } from '../model/execution-ref.ts';
import { controlOf } from './cancel-unfinished.ts';
import { runsPlan } from './child-run-id.ts';
import { TaskTimedOutError } from './errors.ts';
import { leaveSharedPools } from './gates.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskProgress } from './ports/tasks.ts';
import { endByTasks } from './run-end.ts';
import { type RunScope, type Runtime, scopeOf, timestamp } from './runtime.ts';

/** Beyond its timeout an attempt that has not ended is dead: its function, or whoever was to report, is gone. */
const GRACE_MS = 30_000;

/**
 * Makes a run `paused` that is being paused once none of its attempts is under way any more. Where all tasks have ended meanwhile,
 * the run has too. Safe to repeat.
 *
 * @param dead no attempt is waited for: whoever carried them out is gone
 * @returns whether there is nothing left to wait for
 */
export async function drainExecution(runtime: Runtime, ref: ExecutionRef, dead = false): Promise<boolean> {
  const { store, clock } = runtime;
  const control = await controlOf(runtime, ref);
  if (control?.status !== 'pausing') return true;
  // who had read before that the run executes may still claim an attempt, of which nobody would know
  if (!dead && clock.now() < Date.parse(control.changed_at) + store.claimLagSec * 1000) return false;
  const scope = await scopeOf(runtime, ref);
  const underWay = (await store.listProgress(scope.runId)).filter(({ status }) => status === 'executing');
  const executing = underWay.filter(({ ordinal }) => !runsPlan(scope.spec.tasks[ordinal]!));
  if (!dead && executing.some((task) => clock.now() < lastMoment(scope, control, task))) return false;
  const waiting = underWay.filter(({ ordinal }) => runsPlan(scope.spec.tasks[ordinal]!));
  if (!dead && waiting.length > 0 && !(await runtime.childRuns.rest(runtime, scope, control, waiting))) return false;
  for (const { ordinal, attempt } of executing) {
    const record = scope.spec.tasks[ordinal]!;
    // an attempt that died did not fail: it is begun anew, and its task is executing until then; what was to be reported is late
    if (dead || record.callback !== true) continue;
    const { code, message } = new TaskTimedOutError(`task ${record.id} has not ended within its timeout of ${record.timeoutSec} s`);
    await store.releaseTask(scope.runId, record, attempt, { code, message }, timestamp(clock));
  }
  const totals = await store.countTasks(scope.runId);
  const run = await store.getRun(scope.runId);
  if (totals.unfinished === 0 && run !== undefined) await endByTasks(runtime, scope, run, totals);
  else await store.moveRun(ref, ['pausing'], 'paused', timestamp(clock));
  await leaveSharedPools(runtime, ref);
  return true;
}

/** Milliseconds since the epoch. A heartbeat before the pause left no trace, so its whole time is given from there. */
function lastMoment({ spec }: RunScope, control: RunControl, { ordinal, changed_at }: TaskProgress): number {
  const sinceMs = Math.max(Date.parse(changed_at), Date.parse(control.changed_at));
  return sinceMs + spec.tasks[ordinal]!.timeoutSec * 1000 + GRACE_MS;
}
