import { openGraph } from '../graph/open-graph.ts';
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
  /** Of every foreach that has not begun, by its end: the lowest ordinal of the tasks that stand for those of its items. */
  readonly standIns: ReadonlyMap<number, number>;
  /** Per task the end of the foreach that it is an item's task of; empty where there are none. */
  readonly itemOf: readonly (number | undefined)[];
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
export const arrange: Arrange = (inputs) => {
  const { order, started, shapes, limit, rank, priorityOf, keepsWhole, standIns } = inputs;
  // of a changed plan all may have been decided: its machine only ends the run
  if (order.held.order.length === 0) return { layout: { kind: 'series', parts: [] }, gates: shapes.map(() => []), width: 0 };
  const { tasks: widest, exact } = width(order.held);
  const held = { by: started, waiting: [...started].filter((task) => order.awaited[task]!.length > 0).length };
  const { layout, gates } = layOut(inputs);
  const isLimited = !exact || standIns.size > 0 || widest + held.waiting > limit;
  return {
    layout: isLimited ? applyLimit(layout, { limit, rank, priorityOf, keepsWhole, held }) : layout,
    gates,
    width: widest,
  };
};

/** What the items of a foreach do stands by itself, between its begin and its end: nothing outside hangs on it, and it on nothing else. */
function layOut({ order, shapes, limit, standIns, itemOf }: ArrangeInputs): Pick<Arrangement, 'layout' | 'gates'> {
  const shapeOf = (task: number): TaskShape => shapes[task]!;
  if (itemOf.length === 0) {
    const structure = gateDeciders(makeStructure(order.held), order);
    return { layout: fanOut(structure, { shapeOf, limit }), gates: gatesOf(structure, shapes.length) };
  }
  const scopes = Map.groupBy(order.held.order, (task) => itemOf[task]);
  const awaited = order.awaited.map((list, task) => list.filter((each) => itemOf[each] === itemOf[task]));
  const gates = shapes.map((): readonly number[] => []);
  const layOutIn = (foreach: number | undefined, isOfItem: boolean): Layout | undefined => {
    const tasks = scopes.get(foreach);
    if (tasks === undefined) return undefined;
    const structure = gateDeciders(makeStructure(openGraph(order.held.dependencies, new Set(tasks))), { ...order, awaited });
    gatesOf(structure, shapes.length).forEach((gate, task) => {
      if (gate.length > 0) gates[task] = gate;
    });
    return fanOut(structure, { shapeOf, limit, isOfItem, inside: (end) => itemsOf(end, isOfItem) });
  };
  const itemsOf = (end: number, isOfItem: boolean): Layout | undefined => {
    const first = standIns.get(end);
    const body = layOutIn(end, isOfItem || first !== undefined);
    if (body === undefined || first === undefined) return body && asScope(body);
    return { kind: 'foreach', end, body, first };
  };
  return { layout: layOutIn(undefined, false)!, gates };
}

/** An item that fails ends what it is in, and the end of the foreach comes all the same. */
function asScope(items: Layout): Layout {
  return items.kind === 'map' || items.kind === 'parallel' ? items : { kind: 'parallel', parts: [items] };
}
