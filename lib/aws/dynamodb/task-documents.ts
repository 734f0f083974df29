import { shownStatus } from '../../model/run.ts';
import type { TaskItem, TaskProgress } from '../../runtime/ports/tasks.ts';
import { readError } from './error-text.ts';
import type { TaskDocument } from './table.ts';

/** What `asTask` reads. */
export const TASK_ATTRIBUTES = '#ordinal, #status, #attempt, #earlier_attempts, #failures, #error, #started_at, #completed_at';
/** What `asProgress` reads. */
export const PROGRESS_ATTRIBUTES = `${TASK_ATTRIBUTES}, #forgiven, #changed_at, #touched_at`;

export function asTask(document: TaskDocument): Omit<TaskItem, 'outputs'> {
  const { ordinal, status, attempt, earlier_attempts = 0, failures, error, started_at, completed_at } = document;
  return {
    ordinal,
    status: shownStatus(status),
    attempt,
    started: attempt > earlier_attempts,
    failures: failures ?? 0,
    error: readError(error),
    started_at: started_at ?? null,
    completed_at: completed_at ?? null,
  };
}

/** A touch stays in the item when a later attempt begins. */
export function asProgress(document: TaskDocument): TaskProgress {
  const { forgiven = 0, changed_at, touched_at = '' } = document;
  return { ...asTask(document), forgiven, changed_at: touched_at > changed_at ? touched_at : changed_at };
}
