import type { ItemBatches } from '../model/task-record.ts';
import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import { describeLargeItem, ItemTooLargeError, type LargeItem } from './large-items.ts';
import type { ForeachLayout, Layout } from './layout.ts';
import { batchCost, type CostOf, inlineItems } from './layout-cost.ts';
import { AWS_QUOTAS, type MachineQuotas } from './machine-share.ts';

export interface ItemBatchesOptions {
  readonly costOf: CostOf;
  /** Of a foreach, by its end: its id, with a `*` for each item that it is in. */
  readonly idOf: (end: number) => string;
  readonly quotas?: MachineQuotas | undefined;
}

/**
 * For every foreach of a layout, by the ordinals of their ends: as many items to an execution as its history holds, retries counted at
 * their worst, in Maps of at most 40 iterations.
 *
 * @throws ItemTooLargeError with each that has an item which fits into no execution, and none in it that has
 */
export function foreachBatches(root: Layout, options: ItemBatchesOptions): Map<number, ItemBatches> {
  const found = new Map<number, ItemBatches>();
  const tooLarge: LargeItem[] = [];
  const visit = (node: Layout): void => {
    if (node.kind === 'series' || node.kind === 'parallel') node.parts.forEach(visit);
    else if (node.kind === 'child') visit(node.part);
    else if (node.kind === 'foreach') {
      const before = tooLarge.length;
      visit(node.body);
      if (tooLarge.length > before) return; // and so is this one
      const batches = itemBatches(node, options);
      if (batches === undefined) tooLarge.push(describeLargeItem(node, options));
      else found.set(node.end, batches);
    }
  };
  visit(root);
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
