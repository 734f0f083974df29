import { deploymentOf } from './deployment-flags.ts';
import { describeControl } from './describe-control.ts';
import { EXIT } from './exit-codes.ts';
import { inForeground } from './in-foreground.ts';
import { loadPlan } from './load-plan.ts';
import { LocalContinuation } from './local-continuation.ts';
import { reportPlanning } from './report-planning.ts';
import { type AccessFlags, withAccess } from './run-access.ts';

export interface RetryFlags extends AccessFlags {
  /** A changed plan. */
  plan?: string;
  maxRetries?: number;
  dryRun?: boolean;
}

/** `retry RUN`: on this machine it is carried on to its end, as by `run`. */
export async function retryCommand(runId: string, flags: RetryFlags): Promise<number> {
  const { maxRetries, dryRun, dataDir } = flags;
  const json = flags.json === true;
  return reportPlanning(json, async () => {
    const plan = flags.plan === undefined ? undefined : loadPlan(flags.plan);
    const retry = { maxRetries, plan };
    if (dryRun !== true && deploymentOf(flags) === undefined)
      return inForeground(new LocalContinuation({ dataDir, runId, retry }), { json });
    const run = await withAccess(flags, (runs) => runs.retry(runId, { ...retry, dryRun }));
    process.stdout.write(describeControl(run, json));
    return EXIT.completed;
  });
}
