import type { TaskRule } from '../model/plan.ts';
import { isFinal, type TaskStatus } from '../model/run.ts';
import type { RecordRule, TaskRecord } from '../model/task-record.ts';
import { RULE_FACTS } from '../model/task-rules.ts';

/** How a task ends that never runs; only a compound's end is `failed` so, by its subtasks. */
export type NeverRuns = 'blocked' | 'cancelled' | 'skipped' | 'failed';
/** What becomes of a task, as far as it is known: `wait` until more of its dependencies have ended. */
export type Decision = 'run' | 'wait' | NeverRuns;

/**
 * What becomes of a task whose dependencies stand so. It is decided as early as the rule allows, and what has been decided stays so
 * whatever the others come to: the final statuses of a plan's tasks do not depend on who was first.
 */
export function decide(rule: TaskRule, dependencies: readonly TaskStatus[]): Decision {
  const has = (...statuses: readonly TaskStatus[]): boolean => dependencies.some((status) => statuses.includes(status));
  const allHaveEnded = dependencies.every(isFinal);
  const bad = has('failed', 'blocked') ? 'blocked' : has('cancelled') ? 'cancelled' : undefined;
  switch (rule) {
    case 'all_success':
      return bad ?? (!allHaveEnded ? 'wait' : has('skipped') ? 'skipped' : 'run');
    case 'none_failed':
      return bad ?? (allHaveEnded ? 'run' : 'wait');
    case 'all_done':
      return allHaveEnded ? 'run' : 'wait';
    case 'one_failed':
      if (bad === 'blocked') return 'run';
      return allHaveEnded ? 'skipped' : 'wait';
    case 'one_success':
      if (has('completed')) return 'run';
      return allHaveEnded ? (bad ?? 'skipped') : 'wait';
    case 'subtasks':
      if (has('failed')) return 'failed';
      if (!allHaveEnded) return 'wait';
      return bad ?? (has('completed') ? 'run' : 'skipped');
  }
}

/** The same by a task's rule with its guard: in a compound that never began it does not run. */
export function decideBy({ name, over, guard }: RecordRule, statusOf: (ordinal: number) => TaskStatus): Decision {
  const begin = guard === undefined ? 'completed' : statusOf(guard);
  if (!isFinal(begin)) return 'wait';
  if (begin === 'failed' && name === 'subtasks') return 'failed';
  if (begin !== 'completed') return following(begin);
  return decide(name, over.filter((dependency) => dependency !== guard).map(statusOf));
}

/** How a task ends that has no rule, once a dependency of it has ended otherwise than `completed`. */
export function following(dependency: TaskStatus): NeverRuns {
  if (dependency === 'skipped' || dependency === 'cancelled') return dependency;
  return 'blocked';
}

/** Whether a task is decided by how several of its dependencies ended; all others follow the first that does not complete. */
export function decides({ rule }: TaskRecord): boolean {
  return rule !== undefined;
}

/** Tasks that are there for failures: they run although the plan is `fail_fast` and a task has failed. */
export function runsAfterFailure(rule: TaskRule | undefined): boolean {
  return rule !== undefined && RULE_FACTS[rule].runsAfterFailure;
}
