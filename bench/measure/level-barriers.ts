import type { Arrange } from '../../lib/compiler/arrange.ts';
import { INLINE_MAP_CONCURRENCY } from '../../lib/compiler/aws-limits.ts';
import { type Layout, levelsFor, type MapLayout } from '../../lib/compiler/layout.ts';
import { width } from '../../lib/graph/width.ts';

/**
 * How graphs are usually brought into Step Functions: level after level, each a Map over its tasks that nobody leaves before all are
 * done. No gates and no places: MaxConcurrency keeps the limit. At its best here: a level's tasks are taken in order of their longest
 * remaining paths, and a Map that does not fit into a machine is cut. Only for plans in which nothing decides.
 */
export const levelBarriers: Arrange = ({ order, shapes, limit, rank, keepsWhole }) => {
  if (limit > INLINE_MAP_CONCURRENCY && limit < shapes.length)
    throw new RangeError(`a Map cannot keep a limit of ${limit}: it runs ${INLINE_MAP_CONCURRENCY} at once at the most`);
  const levels = levelsOf(order.held.dependencies).map((tasks) => tasks.toSorted((a, b) => rank[a]! - rank[b]!));
  const parts = levels.flatMap((tasks): Layout[] => (tasks.length === 1 ? [taskLayout(tasks[0]!)] : mapsOf(tasks, limit, keepsWhole)));
  return {
    layout: parts.length === 1 ? parts[0]! : { kind: 'series', parts },
    gates: shapes.map(() => []),
    width: width(order.held).tasks,
  };
};

/** One Map; where its limit would be lost if `partition` cut it, several behind each other. */
function mapsOf(tasks: readonly number[], limit: number, keepsWhole: (map: MapLayout) => boolean): MapLayout[] {
  const isLimited = tasks.length > limit;
  for (let count = 1; ; count++) {
    const maps = Array.from({ length: count }, (_, i): MapLayout => {
      const items = tasks.slice(Math.floor((i * tasks.length) / count), Math.floor(((i + 1) * tasks.length) / count));
      return {
        kind: 'map',
        items: items.map((task) => [task]),
        body: { ...taskLayout(items[0]!), position: 0 },
        levels: isLimited ? 1 : levelsFor(items.length),
        ...(isLimited && { maxConcurrency: limit }),
      };
    });
    if (!isLimited || maps.every(keepsWhole)) return maps;
  }
}

function taskLayout(task: number) {
  return { kind: 'task', task, gated: false, pooled: false, takesPlace: false } as const;
}

/** The level of a task: how many are before it on the longest way to it. */
function levelsOf(dependencies: readonly (readonly number[])[]): number[][] {
  const known = new Map<number, number>();
  const levelOf = (task: number): number => {
    const level = known.get(task) ?? dependencies[task]!.reduce((deepest, each) => Math.max(deepest, levelOf(each) + 1), 0);
    known.set(task, level);
    return level;
  };
  const levels: number[][] = [];
  for (const task of dependencies.keys()) {
    const level = levelOf(task);
    levels[level] ??= [];
    levels[level].push(task);
  }
  return levels;
}
