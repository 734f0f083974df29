import { isFinal } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { TaskError } from './ports/tasks.ts';
import { type RunScope, type Runtime, timestamp } from './runtime.ts';
import { decides } from './trigger-rules.ts';

/**
 * Makes a task `cancelled` that its run does not let start any more, and everything that follows it. Safe to repeat.
 *
 * When a run is over its budget many tasks are refused at once, and most of what is behind them is the same. So what has ended
 * already is left, together with all behind it, to whoever ended it; but not on a repeat, when that may have been this very call.
 *
 * @returns what is behind the task and was cancelled with it; undefined when the task had been completed
 */
export async function cancelTask(
  runtime: Runtime,
  scope: RunScope,
  record: TaskRecord,
  error: TaskError,
): Promise<readonly number[] | undefined> {
  const { store, clock } = runtime;
  const { tasks: records } = scope.spec;
  const cancel = (ordinals: readonly number[]): Promise<void> =>
    store.cancelTasks(
      scope.runId,
      ordinals.map((ordinal) => records[ordinal]!),
      error,
      timestamp(clock),
    );

  const isRepeat = (await openOf(runtime, scope, [record.ordinal])).length === 0;
  await cancel([record.ordinal]);
  if (await isCompleted(runtime, scope, record)) return undefined;
  const followersOf = (dependents: readonly number[]): number[] => dependents.filter((ordinal) => !decides(records[ordinal]!));
  const cancelled = new Set<number>();
  for (let front = followersOf(record.dependents); front.length > 0; ) {
    const next = isRepeat ? front : await openOf(runtime, scope, front);
    await cancel(next);
    for (const ordinal of next) cancelled.add(ordinal);
    const behind = new Set(next.flatMap((ordinal) => followersOf(records[ordinal]!.dependents)));
    front = [...behind].filter((ordinal) => !cancelled.has(ordinal));
  }
  return [...cancelled];
}

/** Those that have no final status. */
async function openOf({ store }: Runtime, { runId }: RunScope, ordinals: readonly number[]): Promise<number[]> {
  const { tasks } = await store.readTasks(runId, ordinals, []);
  return ordinals.filter((ordinal) => !isFinal(tasks.get(ordinal)?.status ?? 'pending'));
}

async function isCompleted({ store }: Runtime, { runId }: RunScope, { ordinal }: TaskRecord): Promise<boolean> {
  const { tasks } = await store.readTasks(runId, [ordinal], []);
  return tasks.get(ordinal)?.status === 'completed';
}
