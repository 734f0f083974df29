import { isFinal, type TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { recordsAround } from './compounds.ts';
import type { UnrunTask } from './end-followers.ts';
import { isStopped } from './fail-fast.ts';
import { compoundsFailing, isBeyondTolerance } from './foreach.ts';
import type { TaskError } from './ports/tasks.ts';
import { type RunScope, type Runtime, scopeOf, timestamp } from './runtime.ts';

/**
 * A task has failed in compounds whose `on_failure` is `fail_fast`: of all that is in them nothing starts any more but what is there for
 * failures. What has not started is `cancelled`; the ends of compounds follow from what is in them. Safe to repeat.
 *
 * @returns all tasks that are cancelled
 */
export async function cancelUnstartedWithin(runtime: Runtime, scope: RunScope, failed: TaskRecord): Promise<UnrunTask[]> {
  if (!recordsAround(failed, scope.spec.tasks).some(({ end }) => end?.failFast)) return [];
  const outermost = (await compoundsFailing(runtime, scope, failed)).findLast(({ end }) => end?.failFast);
  if (outermost === undefined) return [];
  const message = `${failed.id} has failed, and the on_failure of ${outermost.id} is fail_fast`;
  for (let known = scope; ; ) {
    const cancelled = await cancelIn(runtime, known, outermost, { code: 'E5204', message });
    // a foreach may have begun meanwhile: whoever gives it its items sees to them if its end was cancelled before
    const now = await scopeOf(runtime, scope.ref);
    if (now.spec.tasks.length === known.spec.tasks.length) return cancelled;
    known = now;
  }
}

/**
 * A foreach that is there for failures has its items since one: in a compound that fails fast nothing of them starts either but what is there
 * for failures itself. Safe to repeat, and to be called once its items are known: a failure that comes later finds them.
 *
 * @returns all of its tasks that are cancelled
 */
export async function cancelItemsOfFailing(runtime: Runtime, scope: RunScope, foreach: TaskRecord): Promise<UnrunTask[]> {
  for (const compound of recordsAround(foreach, scope.spec.tasks).filter(({ end }) => end?.failFast)) {
    if (!(await hasFailed(runtime, scope, compound))) continue;
    const message = `a task has failed, and the on_failure of ${compound.id} is fail_fast`;
    return cancelIn(runtime, scope, foreach, { code: 'E5204', message });
  }
  return [];
}

/** A compound has failed with the first task in it, a foreach does when its last item has ended. */
async function hasFailed(runtime: Runtime, scope: RunScope, compound: TaskRecord): Promise<boolean> {
  if (compound.foreach !== undefined) return isBeyondTolerance(runtime, scope, compound);
  const { tasks } = await runtime.store.readTasks(scope.runId, [compound.ordinal], []);
  return tasks.get(compound.ordinal)?.status === 'failed';
}

async function cancelIn(
  { store, clock }: Runtime,
  { runId, spec: { tasks: records } }: RunScope,
  compound: TaskRecord,
  error: TaskError,
): Promise<UnrunTask[]> {
  const inside = records.filter(
    (task) =>
      task.removed !== true &&
      (task.end === undefined || task.foreach?.template !== undefined) &&
      recordsAround(task, records).some(({ ordinal }) => ordinal === compound.ordinal),
  );
  const statuses = async (): Promise<(task: TaskRecord) => { status: TaskStatus; started: boolean }> => {
    const { tasks } = await store.readTasks(
      runId,
      inside.map(({ ordinal }) => ordinal),
      [],
    );
    return ({ ordinal }) => tasks.get(ordinal) ?? { status: 'pending', started: false };
  };
  const before = await statuses();
  const unstarted = inside.filter((task) => isStopped(task, records) && !isFinal(before(task).status) && !before(task).started);
  await store.cancelUnstarted(runId, unstarted, error, timestamp(clock));
  // not those that were started meanwhile, but those that an earlier try cancelled
  const after = await statuses();
  return inside.filter((task) => after(task).status === 'cancelled').map((record) => ({ record, status: 'cancelled' }));
}
