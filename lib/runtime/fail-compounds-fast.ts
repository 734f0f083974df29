import { isFinal, type TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { compoundsAround } from './compounds.ts';
import type { UnrunTask } from './end-followers.ts';
import { isStopped } from './fail-fast.ts';
import { compoundsFailing } from './foreach.ts';
import { type RunScope, type Runtime, timestamp } from './runtime.ts';
import { runsAfterFailure } from './trigger-rules.ts';

/**
 * A task has failed in compounds whose `on_failure` is `fail_fast`: of all that is in them nothing starts any more but what is there for
 * failures. What has not started is `cancelled`; the ends of compounds follow from what is in them. Safe to repeat.
 *
 * @returns all tasks that are cancelled
 */
export async function cancelUnstartedWithin(runtime: Runtime, scope: RunScope, failed: TaskRecord): Promise<UnrunTask[]> {
  const { runId, spec } = scope;
  if (!spec.tasks.some(({ end }) => end?.failFast)) return [];
  const outermost = (await compoundsFailing(runtime, scope, failed)).findLast(({ end }) => end?.failFast);
  if (outermost === undefined) return [];
  const { store, clock } = runtime;
  const inside = spec.tasks.filter(
    (task) => task.removed !== true && isStopped(task) && compoundsAround(task, spec.tasks).includes(outermost),
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
  const unstarted = inside.filter((task) => !runsAfterFailure(task.rule?.name) && !isFinal(before(task).status) && !before(task).started);
  const message = `${failed.id} has failed, and the on_failure of ${outermost.id} is fail_fast`;
  await store.cancelUnstarted(runId, unstarted, { code: 'E5204', message }, timestamp(clock));
  // not those that were started meanwhile, but those that an earlier try cancelled
  const after = await statuses();
  return inside.filter((task) => after(task).status === 'cancelled').map((record) => ({ record, status: 'cancelled' }));
}
