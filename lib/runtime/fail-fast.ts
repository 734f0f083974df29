import { isFinal } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { UnrunTask } from './end-followers.ts';
import type { TaskError } from './ports/tasks.ts';
import { type RunScope, type Runtime, timestamp } from './runtime.ts';
import { runsAfterFailure } from './trigger-rules.ts';

/** The ends of compounds follow from what is in them; nothing is in a foreach yet that has not begun, unless it is there for failures. */
export function isStopped({ end, foreach, rule }: TaskRecord, records: readonly TaskRecord[]): boolean {
  if (foreach?.template !== undefined) return !runsAfterFailure(records[foreach.begin]!.rule?.name);
  return end === undefined && !runsAfterFailure(rule?.name);
}

/** Why tasks of a `fail_fast` plan never start. */
export function failedFast(failed?: TaskRecord): TaskError {
  return { code: 'E5204', message: `${failed === undefined ? 'a task' : failed.id} has failed, and the plan's on_failure is fail_fast` };
}

/**
 * Cancels all tasks that have not started, but those that are there for failures. The run is marked as failing, so no other starts meanwhile.
 * What the failed task blocks is recorded before. Safe to repeat.
 *
 * @returns all tasks that are cancelled
 */
export async function cancelUnstarted(runtime: Runtime, { runId, spec }: RunScope, failed: TaskRecord): Promise<UnrunTask[]> {
  const { store, clock } = runtime;
  const records = spec.tasks.filter(({ removed }) => removed !== true);
  const { tasks } = await store.readTasks(
    runId,
    records.map(({ ordinal }) => ordinal),
    [],
  );
  const statusOf = ({ ordinal }: TaskRecord) => tasks.get(ordinal)?.status ?? 'pending';
  const unstarted = records.filter(
    (task) => isStopped(task, spec.tasks) && !isFinal(statusOf(task)) && tasks.get(task.ordinal)?.started !== true,
  );
  await store.cancelUnstarted(runId, unstarted, failedFast(failed), timestamp(clock));
  // those that an earlier try cancelled too: it may have died before it told who hangs on them
  const earlier = records.filter((task) => statusOf(task) === 'cancelled');
  return [...unstarted, ...earlier].map((record) => ({ record, status: 'cancelled' }));
}
