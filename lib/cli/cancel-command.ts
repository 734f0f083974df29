import { describeControl } from './describe-control.ts';
import { EXIT } from './exit-codes.ts';
import { type AccessFlags, withAccess } from './run-access.ts';

/** `cancel RUN` */
export async function cancelCommand(runId: string, flags: AccessFlags): Promise<number> {
  const run = await withAccess(flags, (runs) => runs.cancel(runId));
  process.stdout.write(describeControl(run, flags.json === true));
  return EXIT.completed;
}
