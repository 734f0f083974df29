/**
 * A series-parallel arrangement of tasks (by ordinal, the task's index in the plan). It is a suborder of the plan's order:
 * it never makes a task wait for one that is not its ancestor. A dependency it does not hold stands in the task's `gate`.
 */
export type Structure = TaskNode | SeriesNode | ParallelNode;

export interface TaskNode {
  readonly kind: 'task';
  readonly task: number;
  /** Ordinals of the direct dependencies that the structure leaves open; empty when it holds all of them. */
  readonly gate: readonly number[];
}

export interface SeriesNode {
  readonly kind: 'series';
  /** Two or more parts, none of them a series. */
  readonly parts: readonly Structure[];
}

export interface ParallelNode {
  readonly kind: 'parallel';
  /** Two or more parts, none of them a parallel. */
  readonly parts: readonly Structure[];
}
