import { deploymentOf } from './deployment-flags.ts';
import { describeControl } from './describe-control.ts';
import { EventFile } from './event-file.ts';
import { EXIT } from './exit-codes.ts';
import { inForeground } from './in-foreground.ts';
import { LocalContinuation } from './local-continuation.ts';
import { reportPlanning } from './report-planning.ts';
import { type AccessFlags, withAccess } from './run-access.ts';

export interface ResumeFlags extends AccessFlags {
  /** A file for all events from now on. */
  events?: string;
}

/** `resume RUN`: on this machine it is carried on to its end, as by `run`. */
export async function resumeCommand(runId: string, flags: ResumeFlags): Promise<number> {
  const json = flags.json === true;
  if (deploymentOf(flags) === undefined) {
    return reportPlanning(json, () => {
      const runner = new LocalContinuation({ dataDir: flags.dataDir, runId });
      return inForeground(runner, { json, events: EventFile.of(flags.events) });
    });
  }
  const run = await withAccess(flags, (runs) => runs.resume(runId));
  process.stdout.write(describeControl(run, json));
  return EXIT.completed;
}
