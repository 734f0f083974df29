import type { TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';

/** The ends of the compounds that a task is in, the nearest first. */
export function compoundsAround({ within }: TaskRecord, records: readonly TaskRecord[]): TaskRecord[] {
  const around: TaskRecord[] = [];
  for (let at = within; at !== undefined; at = records[at]!.within) around.push(records[at]!);
  return around;
}

/** A task that has failed fails the compounds that it is in: their ends are not blocked by it as others are. */
export function failsCompound(
  { record, status }: { readonly record: TaskRecord; readonly status: TaskStatus },
  follower: TaskRecord,
  records: readonly TaskRecord[],
): boolean {
  return status === 'failed' && follower.end !== undefined && compoundsAround(record, records).includes(follower);
}
