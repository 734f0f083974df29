import type { TaskRecord } from '../model/task-record.ts';
import type { Deadline } from './budget.ts';
import { CompoundTimedOutError } from './errors.ts';
import type { TaskItem } from './ports.ts';

/** The tasks from whose start the time of a task's compounds is measured. */
export function timedBy({ deadlines = [] }: TaskRecord): number[] {
  return deadlines.map(({ begin }) => begin);
}

/** The earliest deadline of an attempt: its run's, or one of the compounds that its task is in. */
export function earliestDeadline(
  { deadlines = [] }: TaskRecord,
  tasks: ReadonlyMap<number, TaskItem>,
  ofRun: Deadline | undefined,
): Deadline | undefined {
  return deadlines.reduce<Deadline | undefined>((earliest, { id, begin, timeoutSec }) => {
    const start = tasks.get(begin)?.started_at ?? null;
    if (start === null) return earliest;
    const atMs = Date.parse(start) + Math.round(timeoutSec * 1000);
    if (earliest !== undefined && earliest.atMs <= atMs) return earliest;
    return { atMs, error: new CompoundTimedOutError(`the compound ${id} took longer than its timeout of ${timeoutSec} s`) };
  }, ofRun);
}
