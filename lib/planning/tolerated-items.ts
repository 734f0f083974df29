import { compoundsAround } from '../model/compounds-around.ts';
import type { Task } from '../model/plan.ts';
import type { TaskStatus } from '../model/run.ts';

/** Tasks that a retry runs again, but for items that a foreach has completed without: who reads its results has them already. */
export function withoutTolerated(
  tasks: readonly Task[],
  candidates: ReadonlySet<number>,
  statusOf: (ordinal: number) => TaskStatus | undefined,
): ReadonlySet<number> {
  if (!tasks.some(({ item }) => item !== undefined)) return candidates;
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const endOf = (id: string): Task => tasks[ordinals.get(id)!]!;
  const isSettled = ({ task_id, foreach }: Task): boolean => {
    const ordinal = ordinals.get(task_id)!;
    return foreach !== undefined && statusOf(ordinal) === 'completed' && !candidates.has(ordinal);
  };
  return new Set([...candidates].filter((ordinal) => !compoundsAround(tasks[ordinal]!, endOf).some(isSettled)));
}
