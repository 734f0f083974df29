import type { RunSpec } from '../model/task-record.ts';
import type { TaskItem } from '../runtime/ports.ts';

export type TaskDescription = Omit<TaskItem, 'ordinal'> & { readonly task_id: string; readonly name: string };

/** All tasks of a run as they stand, in plan order; those without an item are pending. */
export function describeTasks(spec: RunSpec, items: readonly TaskItem[]): TaskDescription[] {
  const byOrdinal = new Map(items.map((item) => [item.ordinal, item]));
  return spec.tasks.map(({ ordinal, id, name }) => {
    const item = byOrdinal.get(ordinal);
    return {
      task_id: id,
      name,
      status: item?.status ?? 'pending',
      attempt: item?.attempt ?? 0,
      outputs: item?.outputs ?? null,
      error: item?.error ?? null,
      started_at: item?.started_at ?? null,
      completed_at: item?.completed_at ?? null,
    };
  });
}
