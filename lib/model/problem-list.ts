import type { ErrorCode } from './error-codes.ts';
import { withoutItems } from './nested-ids.ts';
import { type PathStep, type Problem, writePath } from './problem.ts';

const MAX_PROBLEMS = 100;

/**
 * Collects the problems of a plan; reports them in the order of the plan. Tasks are told by their ordinals, as `['tasks', 3, …]`: where
 * that is in the JSON is known here.
 */
export class ProblemList {
  readonly #found: { readonly problem: Problem; readonly task: number }[] = [];
  #paths: readonly (readonly PathStep[])[] = [];

  /** Says where the tasks stand that do not stand at `$.tasks[ordinal]`. */
  placeTasks(paths: readonly (readonly PathStep[])[]): void {
    this.#paths = paths;
  }

  pathOf(ordinal: number): readonly PathStep[] {
    return this.#paths[ordinal] ?? ['tasks', ordinal];
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** Whether hints are still worth their time. */
  get isLong(): boolean {
    return this.#found.length >= MAX_PROBLEMS;
  }

  add(code: ErrorCode, path: readonly PathStep[], message: string, taskIds: readonly string[] = [], hint: { hint?: string } = {}): void {
    const task = path[0] === 'tasks' && typeof path[1] === 'number' ? path[1] : -1;
    const whole = task < 0 ? path : [...this.pathOf(task), ...path.slice(2)];
    const ids = this.#paths.length === 0 ? taskIds : taskIds.map(withoutItems);
    this.#found.push({ problem: { code, message, path: writePath(whole), task_ids: ids, ...hint }, task });
  }

  /** At most 100, and if there are more one that says so. */
  report(): Problem[] {
    const problems = [...this.#found].sort((a, b) => a.task - b.task).map(({ problem }) => problem);
    if (problems.length <= MAX_PROBLEMS) return problems;
    const rest = problems.length - MAX_PROBLEMS;
    return [...problems.slice(0, MAX_PROBLEMS), { code: 'E5600', message: `and ${rest} more problems`, path: '$', task_ids: [] }];
  }
}
