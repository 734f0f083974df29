import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { own, stringOf } from './task-sketch.ts';

/** The id, within the foreach, of what it does for each item. */
const EACH_ITEM = '*';
/** Fields that say something of the whole; all others are of each item. */
const OF_THE_WHOLE = ['foreach', 'dependencies', 'trigger_rule', 'max_concurrency', 'tolerated_failures', 'on_failure'] as const;

/** Whether something is to be done for each item of a list. */
export function isForeach(task: JsonValue | undefined): task is JsonObject {
  return isJsonObject(task) && (own(task, 'foreach') ?? null) !== null;
}

/** A foreach as two tasks: all of it, which is a compound, and the one in it that stands for every item. */
export function splitForeach(task: JsonObject): { readonly whole: JsonObject; readonly item: JsonObject } {
  const id = own(task, 'task_id');
  const name = stringOf(task, 'name') ?? '';
  const isNamed = name.trim() !== '' || typeof id !== 'string';
  const entries = Object.entries(task);
  const isOfWhole = (field: string): boolean => (OF_THE_WHOLE as readonly string[]).includes(field);
  return {
    whole: {
      ...Object.fromEntries(entries.filter(([field]) => isOfWhole(field))),
      ...Object.fromEntries(entries.filter(([field]) => field === 'name' || field === 'description' || field === 'task_id')),
      task_type: 'compound',
    },
    item: {
      ...Object.fromEntries(entries.filter(([field]) => !isOfWhole(field))),
      task_id: EACH_ITEM,
      ...(isNamed ? {} : { name: id }),
    },
  };
}
