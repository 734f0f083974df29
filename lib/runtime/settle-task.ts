import type { TaskRecord } from '../model/task-record.ts';
import { leaveSlot, passOn, releaseGates } from './gates.ts';
import type { TaskError } from './ports.ts';
import { readFailure, type StateFailure } from './read-failure.ts';
import { type Runtime, timestamp } from './runtime.ts';

export interface SettleTaskInput {
  readonly run_id: string;
  readonly task: number;
  /** `$states.errorOutput` of the state that failed. */
  readonly error: StateFailure;
}

/**
 * Runs when a task's state has failed for good: the task is `failed` and everything that depends on it `blocked`, in that
 * order and before any gate opens, so that whatever starts afterwards finds it so. Safe to repeat.
 */
export async function settleTask(runtime: Runtime, input: SettleTaskInput): Promise<void> {
  const { store } = runtime;
  const spec = await runtime.specs.get(input.run_id);
  const scope = { runId: input.run_id, spec };
  const record = spec.tasks[input.task]!;
  const item = await store.failTask(scope.runId, record, readFailure(input.error), timestamp(runtime.clock));
  // the attempt was recorded, only its answer got lost
  if (item.status === 'completed') return passOn(runtime, scope, record, true);
  const blocked = descendantsOf(record, spec.tasks);
  if (blocked.length > 0) {
    const error: TaskError = { code: 'E5204', message: `blocked by the failure of ${record.id}` };
    await store.blockTasks(scope.runId, blocked, error, timestamp(runtime.clock));
    await releaseGates(
      runtime,
      scope,
      blocked.map((task) => task.ordinal),
    );
  }
  await leaveSlot(runtime, scope, record, true);
}

function descendantsOf(record: TaskRecord, records: readonly TaskRecord[]): TaskRecord[] {
  const found = new Set<number>(record.dependents);
  for (const ordinal of found) for (const next of records[ordinal]!.dependents) found.add(next);
  return [...found].map((ordinal) => records[ordinal]!);
}
