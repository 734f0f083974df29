import { REMOVED, type RunStatus, type TaskStatus } from '../../model/run.ts';
import type { RunEvent } from '../../runtime/ports/run-event.ts';
import { readError } from './error-text.ts';
import { type Image, readImage } from './image.ts';
import { type RunDocument, runKey, TASK_PREFIX, type TaskDocument } from './table.ts';

/** An event that has no place in its run's log yet. */
export type NewEvent = Omit<RunEvent, 'seq'>;

const RUN_PARTITION = /^RUN#(?<runId>.*)$/s;
/** Statuses whose events carry no error; an earlier attempt's may be in the item still. */
const GOOD_STATUSES: readonly TaskStatus[] = ['executing', 'completed'];

/**
 * The events that a change of an item makes: one where a run's or task's status is another, or an attempt took over from an
 * attempt; none for tasks that a reset leaves pending or removes, for other items and for items that expired.
 */
export function eventsOf(before: Image | undefined, after: Image | undefined): NewEvent[] {
  if (after === undefined) return [];
  const now = readImage(after);
  const runId = RUN_PARTITION.exec(String(now.PK))?.groups?.runId;
  if (runId === undefined) return [];
  const was = before === undefined ? {} : readImage(before);
  if (now.SK === runKey(runId).SK) return runEvents(runId, was as Partial<RunDocument>, now as unknown as RunDocument);
  if (String(now.SK).startsWith(TASK_PREFIX)) return taskEvents(runId, was as Partial<TaskDocument>, now as unknown as TaskDocument);
  return [];
}

function runEvents(runId: string, was: Partial<RunDocument>, now: RunDocument): NewEvent[] {
  if (was.status === now.status) return [];
  const status: RunStatus = now.status;
  return [{ at: now.changed_at, run_id: runId, type: `run.${status}`, ...errorOf(now) }];
}

function taskEvents(runId: string, was: Partial<TaskDocument>, now: TaskDocument): NewEvent[] {
  const { status, attempt, task_id, changed_at } = now;
  if (status === REMOVED || (was.status === status && was.attempt === attempt)) return [];
  const isReset = status === 'pending' && was.execution !== now.execution;
  if (isReset && was.status === undefined) return []; // it was pending before it had an item
  const error = isReset || GOOD_STATUSES.includes(status) ? {} : errorOf(now);
  return [{ at: changed_at, run_id: runId, type: `task.${status}`, task_id, attempt, ...error }];
}

function errorOf({ error: text }: { readonly error?: string }): Pick<RunEvent, 'error'> {
  const error = readError(text);
  return error === null ? {} : { error };
}
