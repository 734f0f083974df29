import type { DeclaredTask } from './declared-task.ts';
import type { Nesting } from './nesting.ts';
import { hasRule, hasRuleOrCondition } from './task-rules.ts';

/**
 * The compounds before whose subtasks a task has to stand: to find the items of a foreach, to decide for all of them, to say from when its time runs, or because one
 * with a trigger rule would not notice that the compound never began. Otherwise each waits for what the compound waits for.
 */
export function compoundsWithBegin(declared: readonly DeclaredTask[], nesting: Nesting): ReadonlySet<number> {
  const found = new Set<number>();
  const waits = (compound: number): boolean => {
    const { parent, own } = nesting.tasks[compound]!;
    return own.length > 0 || (parent !== undefined && (found.has(parent) || waits(parent)));
  };
  declared.forEach(({ task, compound, foreach }, place) => {
    if (compound === undefined) return;
    if (foreach !== undefined) found.add(place); // what it is to be done for is known from then on
    const isAsked = nesting.subtasksOf(place).some((subtask) => hasRule(declared[subtask]!.task));
    // each compound comes before those in it
    if (compound.timeoutSec !== null || hasRuleOrCondition(task) || (isAsked && waits(place))) found.add(place);
  });
  return found;
}
