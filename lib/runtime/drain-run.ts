import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import { drainExecution } from './drain-execution.ts';
import type { Runtime } from './runtime.ts';

/**
 * Makes a run `paused` that is being paused once none of its attempts is under way any more, and tells its parent, where it has one. Where
 * all tasks have ended meanwhile, the run has too. Safe to repeat.
 *
 * @param dead no attempt is waited for: whoever carried them out is gone
 * @returns whether there is nothing left to wait for
 */
export async function drainRun(runtime: Runtime, ref: ExecutionRef, dead = false): Promise<boolean> {
  const isDrained = await drainExecution(runtime, ref, dead);
  if (!isDrained) return false;
  const { runId } = readRef(ref);
  const control = await runtime.store.getControl(runId);
  if (control?.parent !== undefined) await runtime.childRuns.tellParent(runtime, runId);
  return true;
}
