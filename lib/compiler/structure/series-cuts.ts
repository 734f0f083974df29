import type { SortedGraph } from '../../graph/task-graph.ts';
import type { TaskSet } from './task-set.ts';

/**
 * Positions in `tasks` where everything to the left is an ancestor of everything to the right.
 *
 * @param tasks ascending
 * @param inside the same tasks
 * @param prefix scratch, per task
 */
export function seriesCuts(graph: SortedGraph, tasks: readonly number[], inside: TaskSet, prefix: Int32Array): number[] {
  // so many tasks, from the first on, are all ancestors of this one; those of a dependency are among them
  for (let at = 0; at < tasks.length; at++) {
    const task = tasks[at]!;
    let length = 0;
    for (const dependency of graph.dependencies[task]!) if (inside.has(dependency)) length = Math.max(length, prefix[dependency]!);
    while (length < at && graph.isAncestor(tasks[length]!, task)) length++;
    prefix[task] = length;
  }
  const cuts: number[] = [];
  let common = tasks.length; // so many are ancestors of every task to the right
  for (let at = tasks.length - 1; at > 0 && common > 0; at--) {
    common = Math.min(common, prefix[tasks[at]!]!);
    if (common === at) cuts.push(at);
  }
  return cuts.reverse();
}
