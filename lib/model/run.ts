export const TASK_STATUSES = ['pending', 'ready', 'executing', 'completed', 'failed', 'blocked', 'skipped', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];
export const FINAL_TASK_STATUSES: readonly TaskStatus[] = ['completed', 'failed', 'blocked', 'skipped', 'cancelled'];
export const isFinal = (s: TaskStatus): boolean => FINAL_TASK_STATUSES.includes(s);
export const RUN_STATUSES = ['queued', 'executing', 'pausing', 'paused', 'cancelling', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export const isFinalRun = (s: RunStatus): boolean => s === 'completed' || s === 'failed' || s === 'cancelled';
