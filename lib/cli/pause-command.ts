import { describeControl } from './describe-control.ts';
import { EXIT } from './exit-codes.ts';
import { type AccessFlags, withAccess } from './run-access.ts';
import { exitCodeOf } from './wait-command.ts';

export interface PauseFlags extends AccessFlags {
  /** False: tasks that run are not waited for. */
  wait?: boolean;
}

/** `pause RUN`: done when the tasks that run have ended, which may be the end of the run. */
export async function pauseCommand(runId: string, flags: PauseFlags): Promise<number> {
  return withAccess(flags, async (runs) => {
    let run = await runs.pause(runId);
    const waits = run.status === 'pausing' && flags.wait !== false;
    if (waits) {
      if (!flags.json) process.stderr.write('waiting for the tasks that run (Ctrl-C: the run is paused all the same)\n');
      run = { ...run, ...pick(await runs.wait(runId, {})) };
    }
    process.stdout.write(describeControl(run, flags.json === true));
    return run.status === 'paused' || !waits ? EXIT.completed : exitCodeOf(run);
  });
}

function pick<T extends { readonly status: unknown; readonly execution: unknown }>(
  run: T | undefined,
): Partial<Pick<T, 'status' | 'execution'>> {
  return run === undefined ? {} : { status: run.status, execution: run.execution };
}
