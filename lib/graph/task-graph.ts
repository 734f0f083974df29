import { CycleError } from './errors.ts';
import { findCycle } from './find-cycle.ts';
import { dependentsOf, reachable } from './reachable.ts';
import { topologicalOrder } from './topological-order.ts';
import { transitiveReduction } from './transitive-reduction.ts';

/** Tasks 0 to size - 1 and what each waits for, without the dependencies that follow from others. */
export interface TaskGraph {
  readonly size: number;
  /** Per task the tasks it directly waits for, ascending. */
  readonly dependencies: readonly (readonly number[])[];
  /** Per task the tasks that directly wait for it, ascending. */
  readonly dependents: readonly (readonly number[])[];
  /** A topological order: every task comes after its dependencies. */
  readonly order: readonly number[];
  /** The same graph with the tasks numbered by their place in `order`. */
  readonly sorted: SortedGraph;
  /** Must u be done before v starts? A task is not its own ancestor. */
  isAncestor(u: number, v: number): boolean;
  /** All tasks that wait for v, directly or not, ascending. */
  descendants(v: number): number[];
}

/** A graph whose tasks are numbered so that every dependency has a smaller number than its dependents. */
export interface SortedGraph {
  readonly size: number;
  /** Per task the tasks it directly waits for, descending. */
  readonly dependencies: readonly (readonly number[])[];
  /** Per task the tasks that directly wait for it, ascending. */
  readonly dependents: readonly (readonly number[])[];
  isAncestor(u: number, v: number): boolean;
}

/**
 * @param dependencies per task the tasks it waits for; may hold duplicates and what follows from others
 * @throws CycleError when tasks wait for each other
 * @throws GraphTooLargeError beyond 130,000 tasks, when the sets of ancestors are large and have little in common
 * @example buildTaskGraph([[], [0], [0, 1]]).dependencies // [[], [0], [1]]
 */
export function buildTaskGraph(dependencies: readonly (readonly number[])[]): TaskGraph {
  const size = dependencies.length;
  const order = topologicalOrder(dependencies);
  if (order.length < size) throw new CycleError(findCycle(dependencies)!);
  const place = new Int32Array(size);
  order.forEach((task, at) => {
    place[task] = at;
  });

  const reduction = transitiveReduction(
    order.map((task) => dependencies[task]!.map((dependency) => place[dependency]!).sort((a, b) => b - a)),
  );
  const { ancestors } = reduction;
  const sorted: SortedGraph = {
    size,
    dependencies: reduction.dependencies,
    dependents: dependentsOf(reduction.dependencies),
    isAncestor: (u, v) => ancestors.has(u, v),
  };
  const byTask = (lists: readonly (readonly number[])[]): number[][] =>
    Array.from(place, (at) => lists[at]!.map((other) => order[other]!).sort((a, b) => a - b));
  const dependents = byTask(sorted.dependents);
  return {
    size,
    dependencies: byTask(sorted.dependencies),
    dependents,
    order,
    sorted,
    isAncestor: (u, v) => ancestors.has(place[u]!, place[v]!),
    descendants: (v) => [...reachable(dependents, [v])].sort((a, b) => a - b),
  };
}
