import { tooManyItems } from '../model/item-list.ts';
import { withoutItems } from '../model/nested-ids.ts';
import type { ItemBatches } from '../model/task-record.ts';
import type { ItemBatchesOptions } from './item-batches.ts';
import type { ForeachLayout, Layout } from './layout.ts';
import { batchCost } from './layout-cost.ts';
import { AWS_QUOTAS } from './machine-share.ts';

/** A foreach that cannot be carried out as the plan has it. */
export interface LargeItem {
  /** Its id, with a `*` for each item that it is in. */
  readonly id: string;
  readonly message: string;
  readonly hint: string;
}

/** An item of a foreach has more tasks than the history or the definition of an execution of its own holds. */
export class ItemTooLargeError extends Error {
  override readonly name = 'ItemTooLargeError';
  readonly items: readonly LargeItem[];

  constructor(items: readonly LargeItem[]) {
    super(items.map(({ message }) => message).join('; '));
    this.items = items;
  }
}

const HINT = 'let a stored plan do a part of the item: a compound with a plan_ref is an execution of its own';

/** How many of the foreach in an item are named, the largest first. */
const NAMED = 3;

/** What one item of a foreach takes, and what of it each foreach within does. */
export function describeLargeItem(foreach: ForeachLayout, { costOf, idOf, quotas = AWS_QUOTAS }: ItemBatchesOptions): LargeItem {
  const id = idOf(foreach.end);
  const { events, bytes } = batchCost(foreach, 1, costOf);
  const isLong = events > quotas.historyEvents;
  const [takes, of, quota] = isLong
    ? [events, 'history events, retries counted at their worst, and one execution', quotas.historyEvents]
    : [bytes, 'bytes of a definition, and one state machine', quotas.definitionBytes];
  const inner = foreachIn(foreach.body)
    .map((node) => ({ id: withoutItems(idOf(node.end)), takes: isLong ? costOf(node).events : costOf(node).bytes }))
    .sort((a, b) => b.takes - a.takes);
  const rest = inner.slice(NAMED);
  const others = rest.length === 0 ? [] : [`${rest.length} more ${rest.reduce((sum, node) => sum + node.takes, 0)}`];
  const share = [...inner.slice(0, NAMED).map((node) => `${node.id} ${node.takes}`), ...others].join(', ');
  const within = inner.length === 0 ? '' : `; of these the foreach in it take: ${share}`;
  return {
    id,
    message: `an item of the foreach ${withoutItems(id)} takes ${takes} ${of} of Step Functions has ${quota}${within}`,
    hint: HINT,
  };
}

/** A list of the plan itself that is longer than its foreach can start. */
export function describeLongList({ end }: ForeachLayout, batches: ItemBatches, count: number, { idOf }: ItemBatchesOptions): LargeItem {
  const id = idOf(end);
  return { id, message: tooManyItems({ id: withoutItems(id), batches, list: 'its list', count }), hint: HINT };
}

/** Those that a part of a machine does itself. */
export function foreachIn(node: Layout): ForeachLayout[] {
  if (node.kind === 'foreach') return [node];
  return node.kind === 'series' || node.kind === 'parallel' ? node.parts.flatMap(foreachIn) : [];
}
