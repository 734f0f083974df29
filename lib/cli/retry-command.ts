import { deploymentOf } from './deployment-flags.ts';
import { describeControl } from './describe-control.ts';
import { EventFile } from './event-file.ts';
import { EXIT } from './exit-codes.ts';
import { inForeground } from './in-foreground.ts';
import { loadPlan } from './load-plan.ts';
import { LocalContinuation } from './local-continuation.ts';
import { reportPlanning } from './report-planning.ts';
import type { ResumeFlags } from './resume-command.ts';
import { withAccess } from './run-access.ts';

export interface RetryFlags extends ResumeFlags {
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
    if (dryRun !== true && deploymentOf(flags) === undefined) {
      const runner = new LocalContinuation({ dataDir, runId, retry });
      return inForeground(runner, { json, events: EventFile.of(flags.events, flags.plan === undefined ? [] : [flags.plan]) });
    }
    const run = await withAccess(flags, (runs) => runs.retry(runId, { ...retry, dryRun }));
    process.stdout.write(describeControl(run, json));
    return EXIT.completed;
  });
}
