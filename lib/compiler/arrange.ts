import { width } from '../graph/width.ts';
import type { DecidedOrder } from './deciders.ts';
import { fanOut, type TaskShape } from './fan-out.ts';
import { gateDeciders } from './gate-deciders.ts';
import type { Layout, MapLayout } from './layout.ts';
import { applyLimit } from './limit.ts';
import { gatesOf } from './structure/gates-of.ts';
import { makeStructure } from './structure/make-structure.ts';

export interface ArrangeInputs {
  /** Of the open tasks. */
  readonly order: DecidedOrder;
  /** Tasks that have a place of the run from the start. */
  readonly started: ReadonlySet<number>;
  readonly shapes: readonly TaskShape[];
  /** At most so many tasks at once. */
  readonly limit: number;
  /** Place of each task in the order in which free places are given out, 0 first. */
  readonly rank: readonly number[];
  readonly priorityOf: (task: number) => number;
  /** Whether a Map fits into a machine. */
  readonly keepsWhole: (map: MapLayout) => boolean;
}

export interface Arrangement {
  readonly layout: Layout;
  /** Per task the dependencies that its gate waits for. */
  readonly gates: readonly (readonly number[])[];
  /** The most tasks whose dependencies allow them to run at once. */
  readonly width: number;
}

/** Puts tasks in series and in parallel. The benchmarks compare other ways to do it. */
export type Arrange = (inputs: ArrangeInputs) => Arrangement;

/** Every task starts when its own dependencies are done: the passes from the graph to a layout that is not cut yet. */
export const arrange: Arrange = ({ order, started, shapes, limit, rank, priorityOf, keepsWhole }) => {
  const structure = gateDeciders(makeStructure(order.held), order);
  const { tasks: widest, exact } = width(order.held);
  const held = { by: started, waiting: [...started].filter((task) => order.awaited[task]!.length > 0).length };
  const layout = fanOut(structure, (task) => shapes[task]!, limit);
  const isLimited = !exact || widest + held.waiting > limit;
  return {
    layout: isLimited ? applyLimit(layout, { limit, rank, priorityOf, keepsWhole, held }) : layout,
    gates: gatesOf(structure, shapes.length),
    width: widest,
  };
};
