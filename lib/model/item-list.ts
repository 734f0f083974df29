import type { JsonValue } from './json.ts';
import type { ItemBatches } from './task-record.ts';

/** Of a foreach: what one state of Step Functions can hand to its Map. */
export const MAX_ITEMS = 20_000;

/** Says that a foreach cannot be done for so many items. @param batches absent: its items are there already */
export function tooManyItems(given: { id: string; batches?: ItemBatches | undefined; list: string; count: number }): string {
  const { id, batches, list, count } = given;
  const why =
    batches?.most === undefined ? '' : `, as ${batches.batch === 1 ? 'each takes' : `${batches.batch} take`} an execution of its own`;
  return `the foreach ${id} has at most ${batches?.most ?? MAX_ITEMS} items${why}, and ${list} has ${count}`;
}

/** How a message calls the type of a value that should have been a list. */
export function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
