import { PlanningError } from './model/errors.ts';
import type { Problem } from './model/problem.ts';

/** All problems of a plan as one error. */
export function invalidPlan(problems: readonly Problem[]): PlanningError {
  const first = problems[0]!;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new PlanningError('E5200', `the plan is not valid: ${first.code} ${first.path}: ${first.message}${more}`, {
    problems: [...problems],
  });
}
