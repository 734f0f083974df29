import type { TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { Runtime } from './runtime.ts';
import { type Decision, decide, decideBy } from './trigger-rules.ts';

/** What becomes of a task that decides, by how all its dependencies stand. */
export async function decideTask({ store }: Runtime, runId: string, { ordinal, rule }: TaskRecord): Promise<Decision> {
  const { tasks } = await store.readTasks(runId, [ordinal, ...rule!.over], []);
  const statusOf = (each: number): TaskStatus => tasks.get(each)?.status ?? 'pending';
  return onlyOnce(decideBy(rule!, statusOf), statusOf(ordinal));
}

/** The same when one of them has ended so and others have not: whether it is decided already. */
export async function decideEarly(
  { store }: Runtime,
  runId: string,
  { ordinal, rule }: TaskRecord,
  dependency: TaskStatus,
): Promise<Decision> {
  const decision = decide(rule!.name, [dependency, 'pending']);
  if (decision !== 'run') return decision;
  const { tasks } = await store.readTasks(runId, [ordinal], []);
  return onlyOnce(decision, tasks.get(ordinal)?.status ?? 'pending');
}

/** A task that runs by its first dependency is not let in again by each of the others. */
function onlyOnce(decision: Decision, own: TaskStatus): Decision {
  return decision === 'run' && own !== 'pending' ? 'wait' : decision;
}
