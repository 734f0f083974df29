import type { RunStatus } from '../model/run.ts';
import { RunUnknownError } from '../runtime/control-run.ts';
import { isAtRest } from '../runtime/wait-for-run.ts';
import { describeTotals } from './describe-totals.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine } from './format.ts';
import { type AccessFlags, withAccess } from './run-access.ts';

export interface WaitFlags extends AccessFlags {
  /** Seconds. */
  timeout?: number;
}

/** `wait RUN`: until it has ended or is paused. */
export async function waitCommand(runId: string, flags: WaitFlags): Promise<number> {
  const run = await withAccess(flags, (runs) => runs.wait(runId, { timeoutSec: flags.timeout }));
  if (run === undefined) throw new RunUnknownError(runId);
  const counts = run.totals === null ? '' : `: ${describeTotals(run.totals)}`;
  const why = run.error === null ? counts : `: ${run.error.code} ${oneLine(run.error.message)}`;
  process.stdout.write(flags.json ? `${JSON.stringify(run)}\n` : `run ${run.run_id} is ${run.status}${why}\n`);
  return exitCodeOf(run);
}

/** Of a command that is about a run. */
export function exitCodeOf({ status }: { readonly status: RunStatus }): number {
  if (status === 'completed') return EXIT.completed;
  return isAtRest({ status }) ? EXIT.tasksFailed : EXIT.stillGoesOn;
}
