import type { JsonObject } from '../model/json.ts';
import { isFinal, type TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { AttemptSupersededError, ItemsFailedError, RunFailedFastError } from './errors.ts';
import { itemsOf, toleratedOf } from './foreach.ts';
import { type RunScope, type Runtime, scopeOf } from './runtime.ts';

/** How many items that failed are named. */
const NAMED = 3;

/**
 * What a foreach puts out once its items have ended: their outputs in the order of the list, null where there are none.
 *
 * @throws ItemsFailedError (E5204) where more have failed than it tolerates; RunFailedFastError where some were cancelled, which cancels it
 */
export async function gatherItems(runtime: Runtime, scope: RunScope, { ordinal }: TaskRecord): Promise<JsonObject> {
  const { spec } = await scopeOf(runtime, scope.ref);
  const record = spec.tasks[ordinal]!;
  const items = itemsOf(record);
  const { tasks } = await runtime.store.readTasks(scope.runId, items, items);
  const statusOf = (item: number): TaskStatus => tasks.get(item)?.status ?? 'pending';
  if (!items.every((item) => isFinal(statusOf(item)))) {
    throw new AttemptSupersededError(`${record.id} was started while some of its items go on`);
  }
  const those = (...statuses: readonly TaskStatus[]): number[] => items.filter((item) => statuses.includes(statusOf(item)));
  const failed = those('failed', 'blocked');
  const tolerated = toleratedOf(record);
  if (failed.length > tolerated) {
    const named = failed
      .slice(0, NAMED)
      .map((item) => `${spec.tasks[item]!.id} is ${statusOf(item)}: ${tasks.get(item)?.error?.message ?? ''}`);
    const more = failed.length > NAMED ? `, and ${failed.length - NAMED} more` : '';
    const beyond = tolerated === 0 ? '' : `, more than the ${tolerated} that it tolerates`;
    throw new ItemsFailedError(`${failed.length} of ${items.length} items failed${beyond}: ${named.join('; ')}${more}`);
  }
  const cancelled = those('cancelled').length;
  if (cancelled > 0) throw new RunFailedFastError(`${cancelled} of ${items.length} items were cancelled`);
  const results = items.map((item) => (statusOf(item) === 'completed' ? (tasks.get(item)!.outputs ?? {}) : null));
  return { results, count: items.length, failed: failed.length };
}
