import type { TaskRecord } from '../model/task-record.ts';
import { describeTasks, type TaskDescription } from '../runtime/describe-tasks.ts';
import type { RunStore } from '../runtime/ports/run-store.ts';

/** Some tasks of a run as they stand. Outputs are read of `outputsOf` only. */
export async function describePage(
  store: RunStore,
  runId: string,
  records: readonly TaskRecord[],
  outputsOf: readonly number[] = [],
): Promise<TaskDescription[]> {
  const { tasks } = await store.readTasks(
    runId,
    records.map(({ ordinal }) => ordinal),
    outputsOf,
  );
  const untouched = records.filter(({ ordinal }) => !tasks.has(ordinal));
  const unknown = new Set(untouched.flatMap(({ dependencies }) => dependencies).filter((ordinal) => !tasks.has(ordinal)));
  const dependencies = unknown.size === 0 ? [] : (await store.readTasks(runId, [...unknown], [])).tasks.values();
  return describeTasks({ tasks: records }, [...tasks.values(), ...dependencies], runId);
}
