import type { TaskRecord } from '../model/task-record.ts';
import type { Deadline } from './budget.ts';
import { CompoundTimedOutError } from './errors.ts';
import type { RunState } from './ports/runs.ts';
import type { TaskItem } from './ports/tasks.ts';

/** The tasks from whose end the time of a task's compounds is measured, where that was in this execution. */
export function timedBy({ deadlines = [] }: TaskRecord): number[] {
  return deadlines.flatMap(({ begin, beganMs }) => (beganMs === undefined ? [begin] : []));
}

/** The earliest deadline of an attempt: its run's, or one of the compounds that its task is in. What the run stood still does not count. */
export function earliestDeadline(
  { deadlines = [] }: TaskRecord,
  tasks: ReadonlyMap<number, TaskItem>,
  { timed_from }: Pick<RunState, 'timed_from'>,
  ofRun: Deadline | undefined,
): Deadline | undefined {
  return deadlines.reduce<Deadline | undefined>((earliest, { id, begin, beganMs, timeoutSec }) => {
    const from = beganMs === undefined ? tasks.get(begin)?.completed_at : timed_from;
    if (from === null || from === undefined) return earliest;
    const atMs = Date.parse(from) + (beganMs ?? 0) + Math.round(timeoutSec * 1000);
    if (earliest !== undefined && earliest.atMs <= atMs) return earliest;
    return { atMs, error: new CompoundTimedOutError(`the compound ${id} took longer than its timeout of ${timeoutSec} s`) };
  }, ofRun);
}
