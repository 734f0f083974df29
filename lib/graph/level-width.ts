import type { TaskGraph } from './task-graph.ts';

/** The most tasks in one level, levels counted from the start or from the end of the graph. Those of a level are independent. */
export function levelWidth({ order, dependencies, dependents }: TaskGraph): number {
  return Math.max(widestLevel(order, dependencies), widestLevel(order.toReversed(), dependents));
}

/** A task's level is one more than the highest among those before it. */
function widestLevel(order: readonly number[], before: readonly (readonly number[])[]): number {
  const level = new Int32Array(before.length);
  const count: number[] = [];
  let widest = 0;
  for (const task of order) {
    for (const other of before[task]!) level[task] = Math.max(level[task]!, level[other]! + 1);
    const size = (count[level[task]!] ?? 0) + 1;
    count[level[task]!] = size;
    widest = Math.max(widest, size);
  }
  return widest;
}
