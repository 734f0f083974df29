import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import { hasGate, type Layout, layoutWidth, levelsFor, type MapLayout, ordinalsOf } from './layout.ts';

export interface LimitOptions {
  /** At most so many tasks at once. */
  readonly limit: number;
  /** Place of each task in the order in which free places are given out, 0 first. */
  readonly rank: readonly number[];
  /** The task's own, by which a free place goes to another iteration's task before this one's next. */
  readonly priorityOf: (task: number) => number;
  /** Whether a Map will stay in one piece: one that is to be cut cannot count its iterations. */
  readonly keepsWhole: (map: MapLayout) => boolean;
  /** Places that are taken before anything runs. */
  readonly held?: HeldPlaces | undefined;
}

export interface HeldPlaces {
  /** Tasks that have a place of the run from the start. */
  readonly by: ReadonlySet<number>;
  /** How many of them wait for others of the layout nevertheless. */
  readonly waiting: number;
}

const NO_PLACES: HeldPlaces = { by: new Set(), waiting: 0 };

/**
 * Keeps `max_parallel_tasks` where the layout alone does not.
 *
 * Invariant: at most `limit` tasks hold a place at once. A task for which the layout leaves room for at most `limit` tasks,
 * itself included, takes no place: whenever it runs, so few can run that the limit holds. A Map with nothing beside it is
 * limited by its own MaxConcurrency. All others take a place first, of which there are `limit`.
 *
 * A task that holds a place from the start may be under way before its state is entered. So it takes its place wherever it stands,
 * or its place would never be given back; it stands in no Map that counts its own iterations only; and one that has to wait is
 * counted beside everything, since all that runs before it runs beside it.
 */
export function applyLimit(root: Layout, { limit, rank, priorityOf, keepsWhole, held = NO_PLACES }: LimitOptions): Layout {
  if (held.waiting + layoutWidth(root) <= limit) return root;
  const byRank = (map: MapLayout): MapLayout => ({ ...map, items: [...map.items].sort((a, b) => rank[a[0]!]! - rank[b[0]!]!) });
  const visit = (node: Layout, beside: number, items?: MapLayout['items']): Layout => {
    if (beside + layoutWidth(node) <= limit) return withPlaces(node, held.by, items);
    switch (node.kind) {
      case 'task':
        return node.step ? node : { ...node, takesPlace: true };
      case 'series':
        return { ...node, parts: node.parts.map((part) => visit(part, beside, items)) };
      case 'parallel': {
        const widths = node.parts.map(layoutWidth);
        const total = widths.reduce((sum, width) => sum + width, beside);
        const limited = node.parts.map((part, i) => ({ part: visit(part, total - widths[i]!, items), rank: firstRank(part, rank) }));
        // branches are entered in their order, and the first to come take the places that are free
        return { ...node, parts: limited.sort((a, b) => a.rank - b.rank).map(({ part }) => part) };
      }
      case 'map':
        if (beside === 0 && limitsItself(node, limit) && isOfOnePriority(node, priorityOf) && keepsWhole(node) && !hasAny(node, held.by))
          return { ...byRank(node), maxConcurrency: limit };
        return {
          ...byRank(node),
          body: visit(node.body, beside + (node.items.length - 1) * layoutWidth(node.body), node.items),
          // who has not been entered cannot be waiting when a place is given out
          levels: levelsFor(node.items.length),
        };
      case 'foreach':
        return { ...node, body: visit(node.body, beside + layoutWidth(node)) };
      case 'child':
        return { ...node, part: visit(node.part, beside, items) };
    }
  };
  return visit(root, held.waiting);
}

/** Of a part whose tasks need no places those that hold places: they take, and so give back, one. */
function withPlaces(node: Layout, holders: ReadonlySet<number>, items: MapLayout['items'] | undefined): Layout {
  if (holders.size === 0) return node;
  switch (node.kind) {
    case 'task':
      return ordinalsOf(node, items).some((task) => holders.has(task)) ? { ...node, takesPlace: true } : node;
    case 'series':
    case 'parallel':
      return { ...node, parts: node.parts.map((part) => withPlaces(part, holders, items)) };
    case 'map':
      return { ...node, body: withPlaces(node.body, holders, node.items) };
    case 'foreach':
      return node; // it begins with this execution, so nobody holds a place of it
    case 'child':
      return { ...node, part: withPlaces(node.part, holders, items) };
  }
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
    case 'foreach':
      return firstRank(node.body, rank);
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

function hasAny({ items }: MapLayout, tasks: ReadonlySet<number>): boolean {
  return tasks.size > 0 && items.some((item) => item.some((task) => tasks.has(task)));
}

function isGated(node: Layout): boolean {
  if (node.kind === 'task') return hasGate(node);
  return node.kind === 'series' && node.parts.some(isGated);
}
