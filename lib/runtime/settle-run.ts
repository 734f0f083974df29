import { isFinalRun } from '../model/run.ts';
import { leaveSharedPools } from './gates.ts';
import { type Runtime, timestamp } from './runtime.ts';

/** Ends a run whose execution is over although finish-run never ended it: it failed (E5200) for the given reason. */
export async function settleRun(runtime: Runtime, runId: string, reason: string): Promise<void> {
  const run = await runtime.store.getRun(runId);
  if (run === undefined) return;
  if (!isFinalRun(run.status)) {
    const totals = await runtime.store.countTasks(runId);
    await runtime.store.endRun(runId, {
      status: 'failed',
      error: { code: 'E5200', message: reason },
      totals,
      at: timestamp(runtime.clock),
    });
  }
  await leaveSharedPools(runtime, { runId, spec: await runtime.specs.get(runId) });
}
