import type { TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { failsCompound } from './compounds.ts';
import type { TaskError, TaskKey } from './ports/tasks.ts';
import { type RunScope, type Runtime, timestamp } from './runtime.ts';
import { decides, following, type NeverRuns } from './trigger-rules.ts';

const SUBTASK_FAILED: TaskError = { code: 'E5204', message: 'a subtask failed' };

export interface EndedTask {
  readonly record: TaskRecord;
  readonly status: TaskStatus;
}

/** A task that has ended, or is to end, without having run. */
export interface UnrunTask extends EndedTask {
  readonly status: NeverRuns;
}

/** What is kept with tasks as the reason that they never ran; a skipped one needs none. */
export interface Reasons {
  readonly blocked: TaskError;
  /** Of the end of a compound in which a task has failed. */
  readonly failed?: TaskError;
  readonly cancelled: TaskError;
}

/**
 * Ends all tasks that follow from ended ones without a decision: those without a rule, and what is behind them. It asks nothing of the
 * store, so that a repeat after a crash goes the same way.
 */
export async function endFollowers(
  runtime: Runtime,
  scope: RunScope,
  ended: readonly UnrunTask[] | readonly EndedTask[],
  reasons: Reasons,
): Promise<UnrunTask[]> {
  const { tasks } = scope.spec;
  const found = new Map<number, { readonly status: NeverRuns; readonly cause: EndedTask }>();
  const add = (record: TaskRecord, status: TaskStatus, cause: EndedTask): void => {
    for (const ordinal of record.dependents) {
      const follower = tasks[ordinal]!;
      if (found.has(ordinal) || decides(follower)) continue;
      found.set(ordinal, { status: failsCompound(cause, follower, tasks) ? 'failed' : following(status), cause });
    }
  };
  for (const each of ended) add(each.record, each.status, each);
  for (const [ordinal, { status, cause }] of found) add(tasks[ordinal]!, status, cause); // a Map also visits what is added on the way
  const followers = Array.from(found, ([ordinal, { status }]) => ({ record: tasks[ordinal]!, status }));
  await endUnrun(runtime, scope, followers, reasons);
  return followers;
}

/** Records how tasks end that never run, unless they have a final status. */
export async function endUnrun(
  { store, clock }: Runtime,
  { runId }: Pick<RunScope, 'runId'>,
  unrun: readonly { readonly record: TaskKey; readonly status: NeverRuns }[],
  reasons: Reasons,
): Promise<void> {
  if (unrun.length === 0) return;
  const at = timestamp(clock);
  const of = (wanted: NeverRuns): TaskKey[] => unrun.filter(({ status }) => status === wanted).map(({ record }) => record);
  const [blocked, cancelled, skipped] = [of('blocked'), of('cancelled'), of('skipped')];
  if (blocked.length > 0) await store.blockTasks(runId, blocked, reasons.blocked, at);
  if (cancelled.length > 0) await store.cancelTasks(runId, cancelled, reasons.cancelled, at);
  if (skipped.length > 0) await store.skipTasks(runId, skipped, at);
  for (const record of of('failed')) await store.failTask(runId, record, reasons.failed ?? SUBTASK_FAILED, at);
}
