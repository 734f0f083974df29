import type { ExecutionRef } from '../model/execution-ref.ts';
import { TASK_ERROR } from '../model/task-errors.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { cancelTask } from './cancel-task.ts';
import { leaveSlot, passOn, releaseGates } from './gates.ts';
import { giveUpScope } from './lost-scope.ts';
import type { TaskError } from './ports.ts';
import { readFailure, type StateFailure } from './read-failure.ts';
import { type RunScope, type Runtime, scopeOf, timestamp } from './runtime.ts';

export interface SettleTaskInput {
  readonly run_id: ExecutionRef;
  readonly task: number;
  /** `$states.errorOutput` of the state that failed. */
  readonly error: StateFailure;
}

/** Under which run-task ends what is not the task's fault but that of its run. */
const RUN_IS_OVER: readonly (string | undefined)[] = [TASK_ERROR.outOfTime, TASK_ERROR.usedUp];

/**
 * Runs when a task's state has failed for good: the task is `failed` and everything that depends on it `blocked`, in that
 * order and before any gate opens, so that whatever starts afterwards finds it so. Where it is the run that is over its budget,
 * all of them are `cancelled`. Safe to repeat.
 */
export async function settleTask(runtime: Runtime, input: SettleTaskInput): Promise<void> {
  const scope = await scopeOf(runtime, input.run_id);
  const record = scope.spec.tasks[input.task]!;
  const error = readFailure(input.error);
  const end = RUN_IS_OVER.includes(input.error.Error) ? cancelTask : failTask;
  const behind = await end(runtime, scope, record, error);
  if (behind === undefined) {
    await passOn(runtime, scope, record, true);
    return giveUpScope(runtime, scope, record, error);
  }
  await releaseGates(runtime, scope, behind);
  await leaveSlot(runtime, scope, record, true);
}

/** @returns what is behind the task and blocked by it; undefined when the task had been completed */
async function failTask(
  { store, clock }: Runtime,
  { runId, spec }: RunScope,
  record: TaskRecord,
  error: TaskError,
): Promise<readonly number[] | undefined> {
  const item = await store.failTask(runId, record, error, timestamp(clock));
  if (item.status === 'completed') return undefined;
  const blocked = descendantsOf(record, spec.tasks);
  const reason: TaskError = { code: 'E5204', message: `blocked by the failure of ${record.id}` };
  if (blocked.length > 0) await store.blockTasks(runId, blocked, reason, timestamp(clock));
  return blocked.map((task) => task.ordinal);
}

function descendantsOf(record: TaskRecord, records: readonly TaskRecord[]): TaskRecord[] {
  const found = new Set<number>(record.dependents);
  for (const ordinal of found) for (const next of records[ordinal]!.dependents) found.add(next);
  return [...found].map((ordinal) => records[ordinal]!);
}
