import type { DeploymentFlags } from './deployment-flags.ts';
import { inForeground } from './in-foreground.ts';
import { LocalContinuation } from './local-continuation.ts';
import { reportPlanning } from './report-planning.ts';

export interface ResumeFlags extends DeploymentFlags {
  dataDir: string;
  json?: boolean;
}

/** `resume RUN`: on this machine it is carried on to its end. */
export async function resumeCommand(runId: string, flags: ResumeFlags): Promise<number> {
  const json = flags.json === true;
  return reportPlanning(json, () => inForeground(new LocalContinuation({ dataDir: flags.dataDir, runId }), { json }));
}
