import type { ItemBatches } from '../model/task-record.ts';
import type { ForeachLayout, Layout } from './layout.ts';
import { add, batchCost, type Cost, type CostOf, EXECUTION, FINISH, layoutCosts, type PlacedItems, scopeCost } from './layout-cost.ts';

interface Items {
  /** How many items a foreach has, by its end. */
  readonly itemsOf: (end: number) => number;
  readonly batchesOf: ReadonlyMap<number, ItemBatches>;
}

export interface ExecutionCosts {
  /** Of all executions of a run: its own and those it starts. */
  readonly total: Cost;
  /** The most events that one of them writes. */
  readonly mostEvents: number;
  /** Of one item of each foreach, with the executions that it starts. */
  readonly perItem: ReadonlyMap<ForeachLayout, Cost>;
}

/** What a run without failures takes of Step Functions. */
export function executionCosts(layout: Layout, isCallback: (task: number) => boolean, items: Items): ExecutionCosts {
  const placedItems = ({ end }: ForeachLayout): PlacedItems => placed(items.itemsOf(end), items.batchesOf.get(end)!);
  const costOf = layoutCosts({ bytesOf: () => 0, extraEventsOf: () => 0, isCallback, itemsOf: placedItems });
  const perItem = new Map<ForeachLayout, Cost>();
  let mostEvents = 0;
  const isRun = (cost: Cost): Cost => {
    mostEvents = Math.max(mostEvents, cost.events);
    return cost;
  };
  const own = isRun(add(add(EXECUTION, scopeCost(layout, costOf)), FINISH));
  const started = startedBy(layout, { costOf, placedItems, isRun, perItem });
  return { total: add(own, started), mostEvents, perItem };
}

interface Search {
  readonly costOf: CostOf;
  readonly placedItems: (foreach: ForeachLayout) => PlacedItems;
  /** Told of each execution. */
  readonly isRun: (cost: Cost) => Cost;
  readonly perItem: Map<ForeachLayout, Cost>;
}

const NOTHING: Cost = { states: 0, transitions: 0, calls: 0, events: 0, bytes: 0 };

/** The executions that a part starts, and those that they start. */
function startedBy(node: Layout, search: Search): Cost {
  const { costOf, placedItems, isRun, perItem } = search;
  switch (node.kind) {
    case 'task':
    case 'map':
      return NOTHING;
    case 'series':
    case 'parallel':
      return node.parts.reduce((sum, part) => add(sum, startedBy(part, search)), NOTHING);
    case 'child':
      return add(isRun(add(EXECUTION, scopeCost(node.part, costOf))), startedBy(node.part, search));
    case 'foreach': {
      const byItem = startedBy(node.body, search);
      perItem.set(node, add(scopeCost(node.body, costOf), byItem));
      const { inline, batches } = placedItems(node);
      const count = batches.reduce((sum, items) => sum + items, inline);
      return batches.reduce((sum, items) => add(sum, isRun(batchCost(node, items, costOf))), add(NOTHING, byItem, count));
    }
  }
}

function placed(count: number, { inline, batch }: ItemBatches): PlacedItems {
  if (count <= inline) return { inline: count, batches: [] };
  return { inline: 0, batches: Array.from({ length: Math.ceil(count / batch) }, (_, i) => Math.min(batch, count - i * batch)) };
}
