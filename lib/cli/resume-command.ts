import { deploymentOf } from './deployment-flags.ts';
import { describeControl } from './describe-control.ts';
import { EXIT } from './exit-codes.ts';
import { inForeground } from './in-foreground.ts';
import { LocalContinuation } from './local-continuation.ts';
import { reportPlanning } from './report-planning.ts';
import { type AccessFlags, withAccess } from './run-access.ts';

/** `resume RUN`: on this machine it is carried on to its end, as by `run`. */
export async function resumeCommand(runId: string, flags: AccessFlags): Promise<number> {
  const json = flags.json === true;
  if (deploymentOf(flags) === undefined) {
    return reportPlanning(json, () => inForeground(new LocalContinuation({ dataDir: flags.dataDir, runId }), { json }));
  }
  const run = await withAccess(flags, (runs) => runs.resume(runId));
  process.stdout.write(describeControl(run, json));
  return EXIT.completed;
}
