import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';

/**
 * The structure on its way to ASL: equal siblings have become Maps, tasks know whether a place has to be taken before them,
 * and parts may have moved to a machine of their own.
 */
export type Layout = TaskLayout | SeriesLayout | ParallelLayout | MapLayout | ForeachLayout | ChildLayout;

export interface TaskLayout {
  readonly kind: 'task';
  /** The task's ordinal; inside a Map that of the first item, standing for all of them. */
  readonly task: number;
  /** Inside a Map: where in the iteration's item the ordinal stands. */
  readonly position?: number;
  /** Some dependency is not held by the structure. */
  readonly gated: boolean;
  /** A place in a pool of the plan must be taken before the task and is given back after it. */
  readonly pooled: boolean;
  /** The same with a place in the run, which has `max_parallel_tasks` of them. */
  readonly takesPlace: boolean;
  /** The begin or the end of a compound: it is through at once and takes no place. */
  readonly step?: true;
}

/** Whether a gate stands before the task. */
export function hasGate({ gated, pooled, takesPlace }: TaskLayout): boolean {
  return gated || pooled || takesPlace;
}

export interface SeriesLayout {
  readonly kind: 'series';
  readonly parts: readonly Layout[];
}

export interface ParallelLayout {
  readonly kind: 'parallel';
  readonly parts: readonly Layout[];
}

export interface MapLayout {
  readonly kind: 'map';
  /** One entry an iteration: the ordinals of the tasks of the body, in the order of their `position`. */
  readonly items: readonly (readonly number[])[];
  readonly body: Layout;
  /**
   * How many Maps lie inside each other. An inline Map runs 40 iterations at once at the most, so more than that takes a
   * Map of Maps; only the innermost one runs the body.
   */
  readonly levels: number;
  /** At most so many iterations at once; undefined: as many as can be. */
  readonly maxConcurrency?: number;
}

/** All that is done for the items of a list, which is there at run time only. */
export interface ForeachLayout {
  readonly kind: 'foreach';
  /** The foreach, by its end. */
  readonly end: number;
  /** What is done for one item. Its tasks stand for those of every item; there is no Map in it. */
  readonly body: Layout;
  /** The lowest of their ordinals: what others are further is the same for every item. */
  readonly first: number;
}

/** Some of the items of a foreach, as an execution of their own; its input says which. */
export interface BatchLayout {
  readonly kind: 'batch';
  readonly of: ForeachLayout;
}

/** Of tasks of which nobody knows how many there will be; beside others it can be counted, as infinity could not. */
const ANY_NUMBER = 1e9;

/** How many Maps it takes for so many iterations to run at once. */
export function levelsFor(iterations: number): number {
  let levels = 1;
  while (iterations > INLINE_MAP_CONCURRENCY ** levels) levels++;
  return levels;
}

/** A part that runs as an execution of its own. */
export interface ChildLayout {
  readonly kind: 'child';
  readonly part: Layout;
  /** The name of the state that starts it. */
  readonly label: string;
}

/** The most tasks of this part that the layout lets run at once. */
export function layoutWidth(node: Layout): number {
  switch (node.kind) {
    case 'task':
      return node.step ? 0 : 1;
    case 'series':
      return node.parts.reduce((widest, part) => Math.max(widest, layoutWidth(part)), 0);
    case 'parallel':
      return node.parts.reduce((sum, part) => sum + layoutWidth(part), 0);
    case 'map':
      return node.items.length * layoutWidth(node.body);
    case 'foreach':
      return ANY_NUMBER;
    case 'child':
      return layoutWidth(node.part);
  }
}

/** Calls `visit` for every task of the layout; those of a Map's body once, with all the items that pass through them, and those that stand for the items of a foreach. */
export function visitTasks(node: Layout, visit: (task: TaskLayout, items?: MapLayout['items']) => void, items?: MapLayout['items']): void {
  if (node.kind === 'task') visit(node, items);
  else if (node.kind === 'map') visitTasks(node.body, visit, node.items);
  else if (node.kind === 'foreach') visitTasks(node.body, visit);
  else if (node.kind === 'child') visitTasks(node.part, visit, items);
  else for (const part of node.parts) visitTasks(part, visit, items);
}

/** The ordinals a task of the layout stands for. */
export function ordinalsOf(task: TaskLayout, items: MapLayout['items'] | undefined): readonly number[] {
  const { position } = task;
  return items === undefined || position === undefined ? [task.task] : items.map((item) => item[position]!);
}
