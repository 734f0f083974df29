import type { RunSpec } from './task-record.ts';

/** How many tasks a run has: those that its plan has no more do not count. */
export function taskCountOf({ tasks }: Pick<RunSpec, 'tasks'>): number {
  return tasks.reduce((count, task) => count + (task.removed === true ? 0 : 1), 0);
}
