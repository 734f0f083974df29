import { DEFAULT_TIMEOUT_SEC, MAX_TIMEOUT_SEC, type Task } from '../model/plan.ts';

/** Seconds a task is expected to take: `metadata.estimated_duration_sec`, else its mock's duration, else its timeout; a compound its subtasks'. */
export function estimatedSeconds(task: Task): number {
  if (task.task_type === 'compound' && task.sub_plan === undefined) return 0;
  const told = toldSeconds(task);
  if (told !== undefined) return told;
  // of a run of another plan nothing is known where it has no timeout
  return task.timeout_seconds === MAX_TIMEOUT_SEC && task.sub_plan !== undefined ? DEFAULT_TIMEOUT_SEC : task.timeout_seconds;
}

/** Whether no more is known of how long a task takes than its timeout. */
export function isTakenByTimeout(task: Task): boolean {
  return !(task.task_type === 'compound' && task.sub_plan === undefined) && toldSeconds(task) === undefined;
}

function toldSeconds({ metadata: { estimated_duration_sec: estimate, mock } }: Task): number | undefined {
  if (isDuration(estimate)) return estimate;
  if (typeof mock === 'object' && mock !== null && 'duration_sec' in mock && isDuration(mock.duration_sec)) return mock.duration_sec;
  return undefined;
}

/** Seconds that a run of another plan is taken to last at the most where it has no timeout. */
const CHILD_RUN_SEC = 6 * 3600;

/** Seconds that a task takes at the most, as far as that is known. */
export function longestSeconds({ timeout_seconds, sub_plan }: Pick<Task, 'timeout_seconds' | 'sub_plan'>): number {
  return sub_plan !== undefined && timeout_seconds === MAX_TIMEOUT_SEC ? CHILD_RUN_SEC : timeout_seconds;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
