import type { TaskGraph } from './task-graph.ts';

export interface CriticalPath {
  /** How long the tasks take when nothing but their dependencies holds them up. */
  readonly seconds: number;
  /** Tasks that take this long one after the other, in the order in which they run. */
  readonly path: readonly number[];
}

/** The longest path through the graph, by the seconds each task takes. */
export function criticalPath(graph: TaskGraph, seconds: readonly number[]): CriticalPath {
  const remaining = longestRemaining(graph, seconds);
  const path: number[] = [];
  let ahead = graph.order.filter((task) => graph.dependencies[task]!.length === 0);
  while (ahead.length > 0) {
    const task = ahead.reduce((longest, other) => (remaining[other]! > remaining[longest]! ? other : longest));
    path.push(task);
    ahead = [...graph.dependents[task]!];
  }
  return { seconds: path.length > 0 ? remaining[path[0]!]! : 0, path };
}

/** Per task the seconds of the longest path that starts with it, its own included. */
export function longestRemaining(graph: TaskGraph, seconds: readonly number[]): number[] {
  const remaining = [...seconds];
  for (const task of graph.order.toReversed()) {
    let after = 0;
    for (const dependent of graph.dependents[task]!) after = Math.max(after, remaining[dependent]!);
    remaining[task] = seconds[task]! + after;
  }
  return remaining;
}
