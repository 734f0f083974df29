import { MAX_ITEMS } from '../model/item-list.ts';
import type { ItemBatches } from '../model/task-record.ts';
import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import { describeLargeItem, describeLongList, foreachIn, ItemTooLargeError, type LargeItem } from './large-items.ts';
import type { ForeachLayout, Layout } from './layout.ts';
import { batchCost, type CostOf, inlineItems, scopeCost, startedBatches } from './layout-cost.ts';
import { AWS_QUOTAS, eventsLeft, type MachineQuotas } from './machine-share.ts';

export interface ItemBatchesOptions {
  readonly costOf: CostOf;
  /** Of a foreach, by its end: its id, with a `*` for each item that it is in. */
  readonly idOf: (end: number) => string;
  /** How many items it has, where the plan says so itself. */
  readonly countOf: (end: number) => number | undefined;
  readonly quotas?: MachineQuotas | undefined;
}

/**
 * For every foreach of a layout, by the ordinals of their ends: as many items to an execution as its history holds, retries counted at
 * their worst, in Maps of at most 40 iterations.
 *
 * @throws ItemTooLargeError with each that has an item which fits into no execution, or more of them than can be started, and none in it
 *   that has
 */
export function foreachBatches(root: Layout, options: ItemBatchesOptions): Map<number, ItemBatches> {
  const { costOf, countOf, quotas = AWS_QUOTAS } = options;
  const found = new Map<number, ItemBatches>();
  const tooLarge: LargeItem[] = [];
  /** @param spareEvents what the execution that does it may have more */
  const visitScope = (part: Layout, spareEvents: number): void => {
    const scope = foreachIn(part);
    for (const node of scope) visitForeach(node, Math.floor(spareEvents / scope.length));
    for (const child of childrenIn(part)) visitMachine(child);
  };
  const visitMachine = (part: Layout): void => visitScope(part, Math.max(0, eventsLeft(quotas) - scopeCost(part, costOf).events));
  const visitForeach = (node: ForeachLayout, spareEvents: number): void => {
    const before = tooLarge.length;
    visitScope(node.body, 0);
    if (tooLarge.length > before) return; // and so is this one
    const batches = itemBatches(node, options);
    if (batches === undefined) {
      tooLarge.push(describeLargeItem(node, options));
      return;
    }
    const most = batches.batch * startedBatches(node, spareEvents, costOf);
    const all = most < MAX_ITEMS ? { ...batches, most } : batches;
    const count = countOf(node.end);
    if (count !== undefined && count > most) tooLarge.push(describeLongList(node, all, count, options));
    found.set(node.end, all);
  };
  visitMachine(root);
  if (tooLarge.length > 0) throw new ItemTooLargeError(tooLarge);
  return found;
}

function itemBatches(foreach: ForeachLayout, { costOf, quotas = AWS_QUOTAS }: ItemBatchesOptions): ItemBatches | undefined {
  const fits = (items: number): boolean => {
    const { events, bytes } = batchCost(foreach, items, costOf);
    return events <= quotas.historyEvents && bytes <= quotas.definitionBytes;
  };
  if (!fits(1)) return undefined;
  const [one, two] = [batchCost(foreach, 1, costOf).events, batchCost(foreach, 2, costOf).events];
  let batch = Math.min(INLINE_MAP_CONCURRENCY ** 2, Math.max(1, Math.floor(quotas.historyEvents / Math.max(1, two - one))));
  while (!fits(batch)) batch--;
  return { inline: Math.min(batch, inlineItems(two - one)), batch };
}

/** Parts in machines of their own. */
function childrenIn(node: Layout): Layout[] {
  if (node.kind === 'child') return [node.part];
  return node.kind === 'series' || node.kind === 'parallel' ? node.parts.flatMap(childrenIn) : [];
}
