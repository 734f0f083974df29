import { chainCover } from './chain-cover.ts';
import { levelWidth } from './level-width.ts';
import type { TaskGraph } from './task-graph.ts';

export interface Width {
  /** The most tasks that no dependency keeps from running at once; when not `exact`, so many can, and perhaps more can. */
  readonly tasks: number;
  readonly exact: boolean;
}

/** Looks at edges: a second or two. Random graphs of 100,000 tasks and 500,000 dependencies take a tenth of it. */
const WORK = 100_000_000;

/**
 * The size of the largest antichain.
 *
 * By Dilworth's theorem that is the least number of chains that cover all tasks. A level of the graph is an antichain, a cover
 * found a bound from above: where they meet, or the least cover is found within the work allowed, the width is exact. Otherwise
 * it is the widest level, a bound from below: who decides by it that no limit is needed must also ask `exact`.
 */
export function width(graph: TaskGraph, work = WORK): Width {
  const tasks = levelWidth(graph);
  const cover = chainCover(graph.sorted, tasks, work);
  return cover.least ? { tasks: cover.chains, exact: true } : { tasks, exact: false };
}
