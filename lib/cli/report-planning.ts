import { PlanningError } from '../model/errors.ts';
import type { Problem } from '../model/problem.ts';
import { EXIT } from './exit-codes.ts';
import { problemLines } from './format.ts';

/** Runs a command and says what a PlanningError means: all problems of a plan (exit 2), failed tasks (1), or a defect (3). */
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
      process.stderr.write(`${problems === undefined ? `${error.code}: ${error.message}` : problemLines(problems)}\n`);
    }
    if (problems !== undefined) return EXIT.usage;
    return error.code === 'E5204' ? EXIT.tasksFailed : EXIT.internal;
  }
}
