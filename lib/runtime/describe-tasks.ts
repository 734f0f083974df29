import type { TaskStatus } from '../model/run.ts';
import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import { childRunId, runsPlan } from './child-run-id.ts';
import type { TaskItem } from './ports/tasks.ts';
import { decideBy } from './trigger-rules.ts';

export type TaskDescription = Omit<TaskItem, 'ordinal' | 'failures' | 'started'> & {
  readonly task_id: string;
  readonly name: string;
  readonly child_run_id?: string;
};

/**
 * Tasks of a run as they stand, in the order of their records; `items` has theirs and those of what they depend on. A task without an item
 * was never touched: it is `ready` when its rule lets it run as its dependencies stand, else `pending`. Neither is written anywhere.
 */
export function describeTasks({ tasks }: Pick<RunSpec, 'tasks'>, items: readonly TaskItem[], runId: string): TaskDescription[] {
  const byOrdinal = new Map(items.map((item) => [item.ordinal, item]));
  const statusOf = (ordinal: number): TaskStatus => byOrdinal.get(ordinal)?.status ?? 'pending';
  const untouched = ({ dependencies, rule = { name: 'all_success', over: dependencies } }: TaskRecord): TaskStatus => {
    const decision = decideBy(rule, statusOf);
    return decision === 'run' ? 'ready' : 'pending';
  };
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
      ...(runsPlan(record) && item !== undefined && item.attempt > 0 && { child_run_id: childRunId(runId, record) }),
    };
  });
}
