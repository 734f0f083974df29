import type { ItemBatches } from '../model/task-record.ts';
import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import type { ForeachLayout, Layout } from './layout.ts';
import { batchCost, type CostOf, inlineItems } from './layout-cost.ts';
import { AWS_QUOTAS, type MachineQuotas } from './machine-share.ts';

/** One item of a foreach has too many tasks for the history or the definition of an execution of its own. */
export class ItemTooLargeError extends Error {
  override readonly name = 'ItemTooLargeError';
}

/**
 * As many items to an execution as its history holds, retries counted at their worst, in Maps of at most 40 iterations.
 *
 * @throws ItemTooLargeError
 */
export function itemBatches(foreach: ForeachLayout, costOf: CostOf, quotas: MachineQuotas = AWS_QUOTAS): ItemBatches {
  const fits = (items: number): boolean => {
    const { events, bytes } = batchCost(foreach, items, costOf);
    return events <= quotas.historyEvents && bytes <= quotas.definitionBytes;
  };
  if (!fits(1)) throw new ItemTooLargeError('an item of a foreach has more tasks than fit into one execution of Step Functions');
  const [one, two] = [batchCost(foreach, 1, costOf).events, batchCost(foreach, 2, costOf).events];
  let batch = Math.min(INLINE_MAP_CONCURRENCY ** 2, Math.max(1, Math.floor(quotas.historyEvents / Math.max(1, two - one))));
  while (!fits(batch)) batch--;
  return { inline: Math.min(batch, inlineItems(two - one)), batch };
}

/** The same for every foreach of a layout, by the ordinals of their ends. */
export function foreachBatches(root: Layout, costOf: CostOf, quotas?: MachineQuotas): Map<number, ItemBatches> {
  const found = new Map<number, ItemBatches>();
  const visit = (node: Layout): void => {
    if (node.kind === 'series' || node.kind === 'parallel') node.parts.forEach(visit);
    else if (node.kind === 'child') visit(node.part);
    else if (node.kind === 'foreach') {
      found.set(node.end, itemBatches(node, costOf, quotas));
      visit(node.body);
    }
  };
  visit(root);
  return found;
}
