import type { ControlledRun, RetryOptions } from '../run-control/run-controls.ts';
import { connectTo, type DeploymentFlags, deploymentOf } from './deployment-flags.ts';
import { LocalAccess } from './local-access.ts';
import type { ShownRun } from './run-source.ts';

export interface AccessFlags extends DeploymentFlags {
  dataDir: string;
  json?: boolean;
}

/** Runs to be controlled: of a folder, or of a deployment. */
export interface RunAccess {
  cancel(runId: string): Promise<ControlledRun>;
  pause(runId: string): Promise<ControlledRun>;
  resume(runId: string): Promise<ControlledRun>;
  retry(runId: string, options: RetryOptions & { readonly dryRun?: boolean | undefined }): Promise<ControlledRun>;
  /** Until the run has ended or is paused; undefined where there is none. */
  wait(runId: string, options: { readonly timeoutSec?: number | undefined }): Promise<ShownRun | undefined>;
  close(): void;
}

/** @throws UsageError where the folder has no runs, ClientError */
export async function openAccess(flags: AccessFlags): Promise<RunAccess> {
  const address = deploymentOf(flags);
  if (address === undefined) return new LocalAccess(flags.dataDir);
  const client = await connectTo(address);
  return {
    cancel: (runId) => client.cancel(runId),
    pause: (runId) => client.pause(runId),
    resume: (runId) => client.resume(runId),
    retry: (runId, options) => client.retry(runId, options),
    wait: (runId, options) => client.wait(runId, options),
    close: () => {},
  };
}

/** Does something with the runs. */
export async function withAccess<T>(flags: AccessFlags, work: (runs: RunAccess) => Promise<T>): Promise<T> {
  const runs = await openAccess(flags);
  try {
    return await work(runs);
  } finally {
    runs.close();
  }
}
