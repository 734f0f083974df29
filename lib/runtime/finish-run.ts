import type { ExecutionRef } from '../model/execution-ref.ts';
import { isFinalRun } from '../model/run.ts';
import { RunFailedError, RunStoppedError } from './errors.ts';
import { leaveSharedPools } from './gates.ts';
import { endByTasks, failureOf } from './run-end.ts';
import { type Runtime, scopeOf } from './runtime.ts';

export interface FinishRunInput {
  readonly run_id: ExecutionRef;
}

/**
 * The last state of a run: totals it, once, and ends it. Safe to repeat.
 *
 * @throws RunFailedError so that the execution fails too: E5204 when tasks failed, E5203 and E5501 when the run's budget had tasks
 *   cancelled, E5200 when tasks were left without a final status; RunStoppedError where the run is being stopped before its end
 */
export async function finishRun(runtime: Runtime, input: FinishRunInput): Promise<void> {
  const { store } = runtime;
  const scope = await scopeOf(runtime, input.run_id);
  const run = await store.getRun(scope.runId);
  if (run?.execution !== scope.execution) throw new RunStoppedError(`execution ${scope.ref} is over`);
  const totals = await store.countTasks(scope.runId);
  if (run.status !== 'executing' && !isFinalRun(run.status) && totals.unfinished > 0) throw new RunStoppedError(`the run is ${run.status}`);
  const failure = isFinalRun(run.status) ? await failureOf(runtime, scope, run, totals) : await endByTasks(runtime, scope, run, totals);
  // also where it had ended: whoever ended it may have died before this
  await leaveSharedPools(runtime, scope.ref);
  if (run.parent_run_id !== undefined) await runtime.childRuns.tellParent(runtime, scope.runId);
  if (failure !== undefined) throw new RunFailedError(failure.code, totals);
}
