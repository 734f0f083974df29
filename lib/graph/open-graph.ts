import { buildTaskGraph, type TaskGraph } from './task-graph.ts';

/**
 * The graph of some tasks and the dependencies between them. The tasks keep their numbers: all others stand in no order, have no
 * dependencies and no dependents, and are not counted in `size`. `sorted` is dense as ever.
 *
 * A way from one open task to another through one that is not open orders nothing: what is not open is not waited for. So this is
 * made of the dependencies as they are, not of a graph in which those that followed from others are left out.
 *
 * @param dependencies per task the tasks it waits for; may hold duplicates and what follows from others
 * @throws CycleError, GraphTooLargeError as `buildTaskGraph` does
 * @example openGraph([[], [0], [0, 1]], new Set([0, 2])).dependencies // [[], [], [0]]
 */
export function openGraph(dependencies: readonly (readonly number[])[], open: ReadonlySet<number>): TaskGraph {
  const tasks = [...dependencies.keys()].filter((task) => open.has(task));
  const indices = new Int32Array(dependencies.length).fill(-1);
  tasks.forEach((task, index) => {
    indices[task] = index;
  });
  const dense = buildTaskGraph(
    tasks.map((task) => dependencies[task]!.map((dependency) => indices[dependency]!).filter((index) => index >= 0)),
  );

  // tasks keep their order among each other, so what ascends goes on ascending
  const numbersOf = (list: readonly number[]): number[] => list.map((index) => tasks[index]!);
  const byTask = (lists: readonly (readonly number[])[]): (readonly number[])[] =>
    Array.from(indices, (index) => (index < 0 ? [] : numbersOf(lists[index]!)));
  return {
    size: dense.size,
    dependencies: byTask(dense.dependencies),
    dependents: byTask(dense.dependents),
    order: numbersOf(dense.order),
    sorted: dense.sorted,
    isAncestor: (u, v) => indices[u]! >= 0 && indices[v]! >= 0 && dense.isAncestor(indices[u]!, indices[v]!),
    descendants: (v) => (indices[v]! < 0 ? [] : numbersOf(dense.descendants(indices[v]!))),
  };
}
