import type { Task } from '../model/plan.ts';
import type { TaskStatus } from '../model/run.ts';

/** Per task the ends of the compounds that it is in, the nearest first. */
export function compoundsAround(tasks: readonly Task[], ordinals: ReadonlyMap<string, number>): (task: Task) => Task[] {
  return (task) => {
    const found: Task[] = [];
    for (let id = task.within; id !== undefined; id = found.at(-1)!.within) found.push(tasks[ordinals.get(id)!]!);
    return found;
  };
}

/** Tasks that a retry runs again, but for items that a foreach has completed without: who reads its results has them already. */
export function withoutTolerated(
  tasks: readonly Task[],
  candidates: ReadonlySet<number>,
  statusOf: (ordinal: number) => TaskStatus | undefined,
): ReadonlySet<number> {
  if (!tasks.some(({ item }) => item !== undefined)) return candidates;
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const around = compoundsAround(tasks, ordinals);
  const isSettled = ({ task_id, foreach }: Task): boolean => {
    const ordinal = ordinals.get(task_id)!;
    return foreach !== undefined && statusOf(ordinal) === 'completed' && !candidates.has(ordinal);
  };
  return new Set([...candidates].filter((ordinal) => !around(tasks[ordinal]!).some(isSettled)));
}
