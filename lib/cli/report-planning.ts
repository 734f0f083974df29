import { isStoreFailure } from '../local/sqlite/open-database.ts';
import { PlanningError } from '../model/errors.ts';
import type { Problem } from '../model/problem.ts';
import { RUN_ERROR } from '../model/task-errors.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine, problemLines } from './format.ts';

const RUN_FAILURES: readonly string[] = [RUN_ERROR.failed, RUN_ERROR.outOfTime, RUN_ERROR.usedUp];

/** Runs a command and says what a PlanningError means: all problems of a plan (exit 2), failed tasks, a run over its budget or stopped (1), or a defect (3). */
export async function reportPlanning(json: boolean, command: () => number | Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    const problems = error.details.problems as Problem[] | undefined;
    if (json) {
      const { code, message, details } = error;
      process.stdout.write(`${JSON.stringify({ error: { code, message, details } })}\n`);
    } else {
      process.stderr.write(`${problems === undefined ? describeFailure(error) : problemLines(problems)}\n`);
    }
    if (problems !== undefined || isStoreFailure(error.cause)) return EXIT.usage;
    return RUN_FAILURES.includes(error.code) || isStopped(error) ? EXIT.tasksFailed : EXIT.internal;
  }
}

/** Somebody has cancelled or paused the run: its tasks have not all completed, and nothing is wrong. */
function isStopped({ details: { status } }: PlanningError): boolean {
  return status === 'cancelled' || status === 'paused';
}

function attemptOf({ attempt }: { readonly attempt: number }): string {
  return attempt === 0 ? 'before its first attempt' : `attempt ${attempt}`;
}

const SHOWN_FAILURES = 20;

function describeFailure({ code, message, details }: PlanningError): string {
  const failures = (details.errors ?? []) as { task_id: string; attempt: number; code: string; message: string }[];
  const lines = failures
    .slice(0, SHOWN_FAILURES)
    .map((failure) => `  ${oneLine(failure.task_id, 60)}  ${attemptOf(failure)}  ${failure.code} ${oneLine(failure.message)}`);
  if (failures.length > SHOWN_FAILURES) lines.push(`  … and ${failures.length - SHOWN_FAILURES} more`);
  return [`\nRun ${String(details.run_id)}: ${code} ${message}`, ...lines].join('\n');
}
