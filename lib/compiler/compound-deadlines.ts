import type { Plan } from '../model/plan.ts';
import type { CompoundDeadline } from '../model/task-record.ts';
import type { Residual } from './residual.ts';

/** Per task the deadlines of the compounds that it is in. Their begins have but those of the compounds around, and their ends none. */
export function compoundDeadlines({ tasks }: Plan, { beganMs, removed }: Pick<Residual, 'beganMs' | 'removed'>): CompoundDeadline[][] {
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const deadlinesOf = (id: string | undefined): CompoundDeadline[] => {
    if (id === undefined) return [];
    const { compound, within } = tasks[ordinals.get(id)!]!;
    const { begin, timeout_seconds: timeoutSec } = compound!;
    if (begin === null || timeoutSec === null) return deadlinesOf(within);
    const ordinal = ordinals.get(begin)!;
    const began = beganMs?.get(ordinal);
    return [...deadlinesOf(within), { id, begin: ordinal, timeoutSec, ...(began === undefined ? {} : { beganMs: began }) }];
  };
  return tasks.map(({ within, compound }, ordinal) =>
    compound === undefined && !removed?.has(ordinal) ? deadlinesOf(within).filter(({ begin }) => begin !== ordinal) : [],
  );
}
