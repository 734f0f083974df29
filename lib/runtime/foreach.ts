import type { RecordForeach, TaskRecord } from '../model/task-record.ts';
import { recordsAround } from './compounds.ts';
import type { RunScope, Runtime } from './runtime.ts';

/** Of a record, or of a task of a plan. */
type Tolerating = Pick<RecordForeach, 'tolerated' | 'items'>;

/** Its items as wholes, by their ordinals; none before it has begun. */
export function itemsOf({ foreach }: Pick<TaskRecord, 'foreach'>): number[] {
  if (foreach?.items === undefined) return [];
  const { first, count } = foreach.items;
  return Array.from({ length: count }, (_, index) => first + index * foreach.size);
}

/** How many of its items may fail. */
export function toleratedOf({ foreach }: { readonly foreach?: Tolerating }): number {
  const { tolerated, items } = foreach!;
  return 'count' in tolerated ? tolerated.count : Math.floor(((items?.count ?? 0) * tolerated.percent) / 100);
}

/** Whether it may complete although items of it have failed. */
export function isTolerant({ foreach }: { readonly foreach?: Tolerating }): boolean {
  return foreach !== undefined && ('count' in foreach.tolerated ? foreach.tolerated.count : foreach.tolerated.percent) > 0;
}

/** A task that did not complete keeps its item from completing, which its foreach may tolerate. */
export function isOfTolerant(task: TaskRecord, records: readonly TaskRecord[]): boolean {
  return tolerantAround(task, recordsAround(task, records)) >= 0;
}

/** The nearest foreach that may tolerate the failure of a task, by its place among those around; -1: none. Its own begin is not of an item. */
function tolerantAround({ listsItems }: TaskRecord, around: readonly TaskRecord[]): number {
  return around.findIndex((compound, at) => isTolerant(compound) && !(listsItems && at === 0));
}

/** The compounds that fail with a task, the nearest first: up to a foreach that tolerates it. */
export async function compoundsFailing(runtime: Runtime, scope: RunScope, failed: TaskRecord): Promise<TaskRecord[]> {
  const around = recordsAround(failed, scope.spec.tasks);
  const at = tolerantAround(failed, around);
  if (at < 0) return around;
  const foreach = around[at]!;
  const inside = around.slice(0, at);
  return foreach.end?.failFast && (await isBeyondTolerance(runtime, scope, foreach)) ? [...inside, foreach] : inside;
}

/** Whether more of its items have failed than may. */
export async function isBeyondTolerance({ store }: Runtime, { runId }: RunScope, foreach: TaskRecord): Promise<boolean> {
  const items = itemsOf(foreach);
  const { tasks } = await store.readTasks(runId, items, []);
  return items.filter((item) => tasks.get(item)?.status === 'failed').length > toleratedOf(foreach);
}
