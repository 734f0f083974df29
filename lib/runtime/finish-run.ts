import { isFinalRun } from '../model/run.ts';
import { RUN_ERROR, type RunErrorName } from '../model/task-errors.ts';
import type { RunSpec } from '../model/task-record.ts';
import { whyCancelled } from './budget.ts';
import { RunFailedError, RunStoppedError } from './errors.ts';
import { leaveSharedPools } from './gates.ts';
import type { Run, RunTotals } from './ports.ts';
import { type Runtime, timestamp } from './runtime.ts';

export interface FinishRunInput {
  readonly run_id: string;
}

interface RunFailure {
  readonly code: RunErrorName;
  readonly message: string;
}

/**
 * The last state of a run: totals it, once, and ends it. Safe to repeat.
 *
 * @throws RunFailedError so that the execution fails too: E5204 when tasks failed, E5203 and E5501 when the run's budget had tasks
 *   cancelled, E5200 when tasks were left without a final status
 */
export async function finishRun(runtime: Runtime, input: FinishRunInput): Promise<void> {
  const { store, clock } = runtime;
  const run = await store.getRun(input.run_id);
  if (run === undefined) throw new RunStoppedError(`there is no run ${input.run_id}`);
  const totals = await store.countTasks(input.run_id);
  const failure = await failureOf(runtime, run, totals);
  if (!isFinalRun(run.status)) {
    const status = failure === undefined ? 'completed' : 'failed';
    await store.endRun(input.run_id, { status, error: failure ?? null, totals, at: timestamp(clock) });
  }
  // also where it had ended: whoever ended it may have died before this
  await leaveSharedPools(runtime, { runId: input.run_id, spec: await runtime.specs.get(input.run_id) });
  if (failure !== undefined) throw new RunFailedError(failure.code, totals);
}

/** What was cancelled may have been so because another task failed. */
function failsFast({ failFast, tasks }: RunSpec): boolean {
  return failFast || tasks.some(({ end }) => end?.failFast);
}

async function failureOf(runtime: Runtime, run: Run, totals: RunTotals): Promise<RunFailure | undefined> {
  const { unfinished, cancelled, failed, blocked } = totals;
  const ofAll = `of ${run.task_count} tasks`;
  if (unfinished > 0) return { code: RUN_ERROR.incomplete, message: `${unfinished} ${ofAll} have no final status` };
  const spec = await runtime.specs.get(run.run_id);
  if (cancelled > 0 && !(failsFast(spec) && failed > 0)) {
    const { code, message } = whyCancelled(run, spec) ?? { code: RUN_ERROR.incomplete, message: 'stopped' };
    return { code, message: `${message}: ${cancelled} ${ofAll} cancelled${failed > 0 ? `, ${failed} failed` : ''}` };
  }
  if (failed > 0) {
    const others = `${blocked > 0 ? `, ${blocked} blocked by that` : ''}${cancelled > 0 ? `, ${cancelled} cancelled` : ''}`;
    return { code: RUN_ERROR.failed, message: `${failed} ${ofAll} failed${others}` };
  }
  return undefined;
}
