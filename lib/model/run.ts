/** The seed system's statuses, then `skipped` and `cancelled`. */
export const TASK_STATUSES = ['pending', 'ready', 'executing', 'completed', 'failed', 'blocked', 'skipped', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const FINAL_TASK_STATUSES = ['completed', 'failed', 'blocked', 'skipped', 'cancelled'] as const satisfies readonly TaskStatus[];

/** What stores keep in the place of a task that a changed plan has no more: who is late with it must not write it down anew. */
export const REMOVED = 'removed';
export type StoredTaskStatus = TaskStatus | typeof REMOVED;

export const RUN_STATUSES = ['queued', 'executing', 'pausing', 'paused', 'cancelling', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** A paused run is not over: it can be resumed. */
export const FINAL_RUN_STATUSES = ['completed', 'failed', 'cancelled'] as const satisfies readonly RunStatus[];

/** Nothing of the run starts any more, or for now. */
export const STOPPED_RUN_STATUSES = ['pausing', 'paused', 'cancelling', ...FINAL_RUN_STATUSES] as const satisfies readonly RunStatus[];

const finalTask: ReadonlySet<TaskStatus> = new Set(FINAL_TASK_STATUSES);
const finalRun: ReadonlySet<RunStatus> = new Set(FINAL_RUN_STATUSES);

/** Nothing happens to the task any more. */
export function isFinal(status: TaskStatus): boolean {
  return finalTask.has(status);
}

/** As it looks to who is late with it. */
export function shownStatus(status: StoredTaskStatus): TaskStatus {
  return status === REMOVED ? 'cancelled' : status;
}

/** Nothing happens to the run any more. */
export function isFinalRun(status: RunStatus): boolean {
  return finalRun.has(status);
}

/** The run was accepted with a plan that is yet to be compiled: a valid plan has tasks. */
export function isToBePlanned({ status, task_count }: { readonly status: RunStatus; readonly task_count: number }): boolean {
  return status === 'queued' && task_count === 0;
}

/** The run was accepted with a plan that turned out to be invalid. */
export function isRefused({ status, task_count }: { readonly status: RunStatus; readonly task_count: number }): boolean {
  return status === 'failed' && task_count === 0;
}
