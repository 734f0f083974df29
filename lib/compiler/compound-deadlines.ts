import type { Plan } from '../model/plan.ts';
import type { CompoundDeadline } from '../model/task-record.ts';

/** Per task the deadlines of the compounds that it is in. Their begins have but those of the compounds around, and their ends none. */
export function compoundDeadlines({ tasks }: Plan): CompoundDeadline[][] {
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const deadlinesOf = (compound: string | undefined): CompoundDeadline[] => {
    if (compound === undefined) return [];
    const { compound: facts, within } = tasks[ordinals.get(compound)!]!;
    const { begin, timeout_seconds: timeoutSec } = facts!;
    const own = begin === null || timeoutSec === null ? [] : [{ id: compound, begin: ordinals.get(begin)!, timeoutSec }];
    return [...deadlinesOf(within), ...own];
  };
  return tasks.map(({ within, compound }, ordinal) =>
    compound === undefined ? deadlinesOf(within).filter(({ begin }) => begin !== ordinal) : [],
  );
}
