import type { ExecutionRef } from '../model/execution-ref.ts';
import { MAX_ITEMS, tooManyItems, typeOf } from '../model/item-list.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { BindingFailedError } from './errors.ts';
import type { RunStore } from './ports/run-store.ts';

const KEPT_LISTS = 4;

/**
 * What a foreach is to be done for.
 *
 * @param template what the plan says it is
 * @throws BindingFailedError (E5402) naming the type of what is no list, or how many items there may be
 */
export function requireList(
  { items }: JsonObject,
  { id, foreach }: Pick<TaskRecord, 'id' | 'foreach'>,
  { items: template }: JsonObject,
): readonly JsonValue[] {
  if (!Array.isArray(items))
    throw new BindingFailedError(`the foreach ${id} needs a list, and ${String(template)} is ${typeOf(items ?? null)}`);
  const { batches } = foreach!;
  if (items.length <= (batches?.most ?? MAX_ITEMS)) return items;
  const list = typeof template === 'string' ? template : 'its list';
  throw new BindingFailedError(tooManyItems({ id, batches, list, count: items.length }));
}

/** The lists of foreach tasks that have begun. They do not change, so a warm process reads each only once. */
export class ItemLists {
  readonly #store: Pick<RunStore, 'readTasks'>;
  readonly #lists = new Map<string, readonly JsonValue[]>();

  constructor(store: Pick<RunStore, 'readTasks'>) {
    this.#store = store;
  }

  /** @param begin the task that has the list, which has completed */
  async find({ ref, runId }: { readonly ref: ExecutionRef; readonly runId: string }, begin: number): Promise<readonly JsonValue[]> {
    const key = `${ref} ${begin}`;
    let list = this.#lists.get(key);
    if (list === undefined) {
      const { tasks } = await this.#store.readTasks(runId, [begin], [begin]);
      const items = tasks.get(begin)?.outputs?.items;
      if (!Array.isArray(items)) throw new TypeError(`task ${begin} of ${ref} has no list`);
      list = items;
      if (this.#lists.size >= KEPT_LISTS) this.#lists.delete(this.#lists.keys().next().value!);
      this.#lists.set(key, list);
    }
    return list;
  }
}
