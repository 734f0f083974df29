import { compoundsAround } from '../model/compounds-around.ts';
import type { TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';

/** The ends of the compounds that a task of a run is in, the nearest first. */
export function recordsAround(record: TaskRecord, records: readonly TaskRecord[]): TaskRecord[] {
  return compoundsAround(record, (ordinal: number) => records[ordinal]!);
}

/** A task that has failed fails the compounds that it is in: their ends are not blocked by it as others are. */
export function failsCompound(
  { record, status }: { readonly record: TaskRecord; readonly status: TaskStatus },
  follower: TaskRecord,
  records: readonly TaskRecord[],
): boolean {
  return status === 'failed' && follower.end !== undefined && recordsAround(record, records).includes(follower);
}
