import type { ExecutionRef } from '../model/execution-ref.ts';
import { TASK_ERROR } from '../model/task-errors.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { cancelTask } from './cancel-task.ts';
import { childRunId, runsPlan } from './child-run-id.ts';
import { type EndedTask, endFollowers, type Reasons, type UnrunTask } from './end-followers.ts';
import { cancelUnstartedWithin } from './fail-compounds-fast.ts';
import { cancelUnstarted, failedFast } from './fail-fast.ts';
import { isOfTolerant } from './foreach.ts';
import { leavePlaces } from './gates.ts';
import { giveUpScope } from './lost-scope.ts';
import { passOn } from './pass-on.ts';
import type { TaskError } from './ports/tasks.ts';
import { readFailure, type StateFailure } from './read-failure.ts';
import { type RunScope, type Runtime, scopeOf, scopeOfTasks, timestamp } from './runtime.ts';
import { settleBehind } from './settle-behind.ts';

export interface SettleTaskInput {
  readonly run_id: ExecutionRef;
  readonly task: number;
  /** `$states.errorOutput` of the state that failed. */
  readonly error: StateFailure;
}

/** What a task came to, and what ended with it. */
interface Settled {
  readonly ended: EndedTask;
  readonly behind: readonly UnrunTask[];
  readonly reasons: Reasons;
  /** What ends beside that. */
  readonly sweep?: () => Promise<readonly UnrunTask[]>;
}

/** Under which a task is `cancelled`: what ends it is not its fault but that of its run, or its child run was. */
const RUN_IS_OVER: readonly (string | undefined)[] = [
  TASK_ERROR.outOfTime,
  TASK_ERROR.usedUp,
  TASK_ERROR.failFast,
  TASK_ERROR.childCancelled,
];

/**
 * Runs when a task's state has failed for good: the task is `failed` and everything that depends on it `blocked`, in that
 * order and before any gate opens, so that whatever starts afterwards finds it so. Where it is the run that is over its budget,
 * all of them are `cancelled`, and where a condition says no, `skipped`. What has a trigger rule is decided by it. Safe to repeat.
 */
export async function settleTask(runtime: Runtime, input: SettleTaskInput): Promise<void> {
  const scope = await scopeOf(runtime, input.run_id);
  const record = scope.spec.tasks[input.task]!;
  const settled = await endTask(runtime, scope, record, input.error);
  if (settled === undefined) {
    await passOn(runtime, scope, record, true);
    return giveUpScope(runtime, scope, record, readFailure(input.error));
  }
  await settleBehind(runtime, scope, settled.ended, settled.behind, settled.reasons, settled.sweep);
  await leavePlaces(runtime, scope, record, true);
  // its child run may go on: the queue sees to it that it does not
  if (runsPlan(record)) await runtime.queue.send(childRunId(scope.runId, record), 0);
}

/** @returns undefined when the task had been completed */
function endTask(runtime: Runtime, scope: RunScope, record: TaskRecord, failure: StateFailure): Promise<Settled | undefined> {
  const error = readFailure(failure);
  if (RUN_IS_OVER.includes(failure.Error)) return endWithRun(runtime, scope, record, error);
  return failure.Error === TASK_ERROR.skipped ? skipTask(runtime, scope, record) : failTask(runtime, scope, record, error);
}

async function failTask(runtime: Runtime, scope: RunScope, record: TaskRecord, error: TaskError): Promise<Settled | undefined> {
  const { store, clock } = runtime;
  const { status } = await store.failTask(scope.runId, record, error, timestamp(clock));
  if (status === 'completed') return undefined;
  // first: from now on nothing starts, however long the rest takes; whoever failed first sees to the rest
  const fails = scope.spec.failFast === true && status === 'failed' && !isOfTolerant(record, scope.spec.tasks);
  const failsFirst = fails && (await store.markFailing(scope.ref, record.ordinal));
  const blocked: TaskError = { code: 'E5204', message: `blocked by the failure of ${record.id}` };
  // who wrote the plan knows a foreach as one task, and nothing of its begin
  const failed: TaskError = {
    code: 'E5204',
    message: record.listsItems ? error.message : `its subtask ${record.id} failed: ${error.message}`,
  };
  const reasons: Reasons = { blocked, failed, cancelled: failedFast() };
  const behind = await endFollowers(runtime, scope, [{ record, status: 'failed' }], reasons);
  const sweep = async (): Promise<UnrunTask[]> => {
    const within = status === 'failed' ? await cancelUnstartedWithin(runtime, scope, record) : [];
    const unstarted = failsFirst ? await cancelUnstarted(runtime, scope, record) : [];
    const followers = await endFollowers(runtime, await scopeOfTasks(runtime, scope, within), within, reasons);
    return [...within, ...followers, ...unstarted];
  };
  return { ended: { record, status }, behind, reasons, sweep };
}

async function endWithRun(runtime: Runtime, scope: RunScope, record: TaskRecord, error: TaskError): Promise<Settled | undefined> {
  const behind = await cancelTask(runtime, scope, record, error);
  if (behind === undefined) return undefined;
  const cancelled = behind.map((ordinal): UnrunTask => ({ record: scope.spec.tasks[ordinal]!, status: 'cancelled' }));
  const reasons: Reasons = { blocked: { code: 'E5204', message: 'blocked by the failure of a dependency' }, cancelled: error };
  return { ended: { record, status: 'cancelled' }, behind: cancelled, reasons };
}

async function skipTask(runtime: Runtime, scope: RunScope, record: TaskRecord): Promise<Settled | undefined> {
  const { store, clock } = runtime;
  await store.skipTasks(scope.runId, [record], timestamp(clock));
  const { tasks } = await store.readTasks(scope.runId, [record.ordinal], []);
  const { status } = tasks.get(record.ordinal)!;
  if (status === 'completed') return undefined;
  const message = `blocked behind ${record.id}, which was skipped`;
  const reasons: Reasons = { blocked: { code: 'E5204', message }, cancelled: failedFast() };
  const behind = await endFollowers(runtime, scope, [{ record, status }], reasons);
  return { ended: { record, status }, behind, reasons };
}
