import type { DeclaredTask } from './declared-task.ts';
import type { Nesting } from './nesting.ts';
import type { Task } from './plan.ts';

/** What becomes of the task does not simply follow from its dependencies having completed. */
export function decides(task: Pick<Task, 'trigger_rule' | 'dependencies'>): boolean {
  return hasRule(task) || hasCondition(task);
}

export function hasRule({ trigger_rule }: Pick<Task, 'trigger_rule'>): boolean {
  return trigger_rule !== 'all_success';
}

function hasCondition({ dependencies }: Pick<Task, 'dependencies'>): boolean {
  return dependencies.some(({ dependency_type }) => dependency_type === 'conditional');
}

/**
 * Whether a task has to stand before the subtasks of a compound: to decide for all of them, to say from when its time runs, or because one
 * with a trigger rule would not notice that the compound never began. Otherwise each waits for what the compound waits for.
 */
export function begins(place: number, declared: readonly DeclaredTask[], nesting: Nesting): boolean {
  const { task, compound } = declared[place]!;
  if (compound === undefined) return false;
  if (compound.timeoutSec !== null || decides(task)) return true;
  return nesting.startOf(place).length > 0 && nesting.subtasksOf(place).some((subtask) => hasRule(declared[subtask]!.task));
}
