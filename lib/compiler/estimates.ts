import type { Task } from '../model/plan.ts';

/** Seconds a task is expected to take: `metadata.estimated_duration_sec`, else its mock's duration, else its timeout; a compound its subtasks'. */
export function estimatedSeconds(task: Task): number {
  if (task.task_type === 'compound') return 0;
  const { estimated_duration_sec: estimate, mock } = task.metadata;
  if (isDuration(estimate)) return estimate;
  if (typeof mock === 'object' && mock !== null && 'duration_sec' in mock && isDuration(mock.duration_sec)) return mock.duration_sec;
  return task.timeout_seconds;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
