import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import { hasGate, type Layout, layoutWidth, levelsFor, type MapLayout } from './layout.ts';

export interface LimitOptions {
  /** At most so many tasks at once. */
  readonly limit: number;
  /** Place of each task in the order in which free places are given out, 0 first. */
  readonly rank: readonly number[];
  /** The task's own, by which a free place goes to another iteration's task before this one's next. */
  readonly priorityOf: (task: number) => number;
  /** Whether a Map will stay in one piece: one that is to be cut cannot count its iterations. */
  readonly keepsWhole: (map: MapLayout) => boolean;
}

/**
 * Keeps `max_parallel_tasks` where the layout alone does not.
 *
 * Invariant: at most `limit` tasks hold a place at once. A task for which the layout leaves room for at most `limit` tasks,
 * itself included, takes no slot: whenever it runs, so few can run that the limit holds. A Map with nothing beside it is
 * limited by its own MaxConcurrency. All others take a slot first, of which there are `limit`.
 */
export function applyLimit(root: Layout, { limit, rank, priorityOf, keepsWhole }: LimitOptions): Layout {
  const byRank = (map: MapLayout): MapLayout => ({ ...map, items: [...map.items].sort((a, b) => rank[a[0]!]! - rank[b[0]!]!) });
  const visit = (node: Layout, beside: number): Layout => {
    if (beside + layoutWidth(node) <= limit) return node;
    switch (node.kind) {
      case 'task':
        return node.step ? node : { ...node, slot: true };
      case 'series':
        return { ...node, parts: node.parts.map((part) => visit(part, beside)) };
      case 'parallel': {
        const widths = node.parts.map(layoutWidth);
        const total = widths.reduce((sum, width) => sum + width, beside);
        const limited = node.parts.map((part, i) => ({ part: visit(part, total - widths[i]!), rank: firstRank(part, rank) }));
        // branches are entered in their order, and the first to come take the places that are free
        return { ...node, parts: limited.sort((a, b) => a.rank - b.rank).map(({ part }) => part) };
      }
      case 'map':
        if (beside === 0 && limitsItself(node, limit) && isOfOnePriority(node, priorityOf) && keepsWhole(node))
          return { ...byRank(node), maxConcurrency: limit };
        return {
          ...byRank(node),
          body: visit(node.body, beside + (node.items.length - 1) * layoutWidth(node.body)),
          // who has not been entered cannot be waiting when a place is given out
          levels: levelsFor(node.items.length),
        };
      case 'child':
        return { ...node, part: visit(node.part, beside) };
    }
  };
  return visit(root, 0);
}

/** The best rank of the tasks that a part begins with. */
function firstRank(node: Layout, rank: readonly number[]): number {
  switch (node.kind) {
    case 'task':
      return rank[node.task]!;
    case 'series':
      return firstRank(node.parts[0]!, rank);
    case 'parallel':
      return node.parts.reduce((first, part) => Math.min(first, firstRank(part, rank)), Number.POSITIVE_INFINITY);
    case 'map':
      return node.items.reduce((first, item) => Math.min(first, rank[item[0]!]!), Number.POSITIVE_INFINITY);
    case 'child':
      return firstRank(node.part, rank);
  }
}

/** One task at a time in each iteration, none waiting for another iteration's task, and all in one Map. */
function limitsItself(map: MapLayout, limit: number): boolean {
  return map.levels === 1 && limit <= INLINE_MAP_CONCURRENCY && layoutWidth(map.body) === 1 && !isGated(map.body);
}

/** A Map takes its iterations in order of their first tasks, and each to its end: it cannot let a more urgent one go before the rest of another. */
function isOfOnePriority({ body, items }: MapLayout, priorityOf: (task: number) => number): boolean {
  if (body.kind === 'task') return true;
  const priority = priorityOf(items[0]![0]!);
  return items.every((item) => item.every((task) => priorityOf(task) === priority));
}

function isGated(node: Layout): boolean {
  if (node.kind === 'task') return hasGate(node);
  return node.kind === 'series' && node.parts.some(isGated);
}
