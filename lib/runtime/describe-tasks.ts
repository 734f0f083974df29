import type { TaskStatus } from '../model/run.ts';
import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import type { TaskItem } from './ports.ts';

export type TaskDescription = Omit<TaskItem, 'ordinal' | 'failures'> & { readonly task_id: string; readonly name: string };

/**
 * Tasks of a run as they stand, in the order of their records; `items` has theirs and those of what they depend on. A task without an item was never touched: it is `ready` when all that it
 * depends on is completed, else `pending`. Neither is written anywhere.
 */
export function describeTasks({ tasks }: Pick<RunSpec, 'tasks'>, items: readonly TaskItem[]): TaskDescription[] {
  const byOrdinal = new Map(items.map((item) => [item.ordinal, item]));
  const untouched = ({ dependencies }: TaskRecord): TaskStatus =>
    dependencies.every((dependency) => byOrdinal.get(dependency)?.status === 'completed') ? 'ready' : 'pending';
  return tasks.map((record) => {
    const { ordinal, id, name } = record;
    const item = byOrdinal.get(ordinal);
    return {
      task_id: id,
      name,
      // for its next execution it was made pending without being touched
      status: item === undefined || (item.status === 'pending' && item.attempt === 0) ? untouched(record) : item.status,
      attempt: item?.attempt ?? 0,
      outputs: item?.outputs ?? null,
      error: item?.error ?? null,
      started_at: item?.started_at ?? null,
      completed_at: item?.completed_at ?? null,
    };
  });
}
