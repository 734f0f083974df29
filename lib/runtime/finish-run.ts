import { isFinalRun, type RunStatus } from '../model/run.ts';
import { RunFailedError, RunIncompleteError, RunStoppedError } from './errors.ts';
import { leaveSharedPools } from './gates.ts';
import type { RunTotals } from './ports.ts';
import { type Runtime, timestamp } from './runtime.ts';

export interface FinishRunInput {
  readonly run_id: string;
}

/**
 * The last state of a run: totals it, once, and ends it. Safe to repeat.
 *
 * @throws RunFailedError (E5204) when tasks failed, so that the execution fails too; RunIncompleteError (E5200) when tasks
 *   were left without a final status
 */
export async function finishRun(runtime: Runtime, input: FinishRunInput): Promise<void> {
  const { store } = runtime;
  const run = await store.getRun(input.run_id);
  if (run === undefined) throw new RunStoppedError(`there is no run ${input.run_id}`);
  const totals = await store.countTasks(input.run_id);
  if (!isFinalRun(run.status)) {
    const { status, error } = verdict(totals, run.task_count);
    await store.endRun(input.run_id, { status, error, totals, at: timestamp(runtime.clock) });
  }
  // also where it had ended: whoever ended it may have died before this
  await leaveSharedPools(runtime, { runId: input.run_id, spec: await runtime.specs.get(input.run_id) });
  if (totals.unfinished > 0) throw new RunIncompleteError(totals);
  if (totals.failed > 0) throw new RunFailedError(totals);
}

function verdict(totals: RunTotals, taskCount: number): { status: RunStatus; error: { code: string; message: string } | null } {
  if (totals.unfinished > 0) {
    return { status: 'failed', error: { code: 'E5200', message: `${totals.unfinished} of ${taskCount} tasks have no final status` } };
  }
  if (totals.failed > 0) {
    const blocked = totals.blocked > 0 ? `, ${totals.blocked} blocked by that` : '';
    return { status: 'failed', error: { code: 'E5204', message: `${totals.failed} of ${taskCount} tasks failed${blocked}` } };
  }
  return { status: 'completed', error: null };
}
