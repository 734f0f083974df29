import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import { type ForeachLayout, hasGate, type Layout } from './layout.ts';
import { chunk, writeItems } from './map-items.ts';

/** What a part of a layout takes of a machine's quotas and of a run's bill, when nothing fails. */
export interface Cost {
  /** States in the definition. */
  readonly states: number;
  /** States entered. */
  readonly transitions: number;
  /** Functions invoked. */
  readonly calls: number;
  /** Events written to the execution's history. */
  readonly events: number;
  /** Bytes of the definition: an upper estimate. */
  readonly bytes: number;
}

/** What the cost of a task's states depends on. */
export interface TaskCosts {
  /** Bytes of the task's name and retriers as JSON. */
  readonly bytesOf: (task: number) => number;
  /** Events that the task may write beyond its good path: its retries. */
  readonly extraEventsOf: (task: number) => number;
  /** Whether the task's state waits to be told that the task is done. */
  readonly isCallback: (task: number) => boolean;
  /** How many items a foreach does where. Default: as many as can be in its own machine, by the events of one. */
  readonly itemsOf?: (foreach: ForeachLayout, events: number) => PlacedItems;
}

export interface PlacedItems {
  /** In the machine of the foreach. */
  readonly inline: number;
  /** In each execution of its own. */
  readonly batches: readonly number[];
}

// Events: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
// Bytes: the states of states.ts with ARNs of functions and names of 80 characters
const RUN_TASK: Cost = { states: 1, transitions: 1, calls: 1, events: 5, bytes: 700 }; // entered, scheduled, started, succeeded, exited
const GATE: Cost = { states: 1, transitions: 1, calls: 1, events: 6, bytes: 1100 }; // and submitted
const PARALLEL: Cost = { states: 1, transitions: 1, calls: 0, events: 4, bytes: 500 }; // entered, started, succeeded, exited
const MAP: Cost = PARALLEL;
const ITERATION: Cost = { states: 0, transitions: 0, calls: 0, events: 2, bytes: 0 }; // started, succeeded
const CHILD: Cost = { states: 1, transitions: 1, calls: 0, events: 6, bytes: 900 }; // a task whose start is submitted
const LIST_ITEMS: Cost = { ...RUN_TASK, bytes: 1000 };
/** Of what a foreach does within the machine that it is in: more goes to others. */
const INLINE_EVENTS = 2_000;
const ENDS: Cost = { states: 2, transitions: 0, calls: 0, events: 0, bytes: 900 };
const NOTHING: Cost = { states: 0, transitions: 0, calls: 0, events: 0, bytes: 0 };

/** An execution with nothing in it: its start and end. */
export const EXECUTION: Cost = { ...NOTHING, events: 2, bytes: 100 };
export const FINISH: Cost = RUN_TASK;

export function add(a: Cost, b: Cost, times = 1): Cost {
  return {
    states: a.states + b.states,
    transitions: a.transitions + b.transitions * times,
    calls: a.calls + b.calls * times,
    events: a.events + b.events * times,
    bytes: a.bytes + b.bytes,
  };
}

export type CostOf = (node: Layout) => Cost;

/** Costs of the parts of one machine; a child counts as the state that starts it. */
export function layoutCosts({ bytesOf, extraEventsOf, isCallback, itemsOf = inlineOnly }: TaskCosts): CostOf {
  const known = new WeakMap<Layout, Cost>();
  const costOf = (node: Layout): Cost => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const cost = compute(node);
    known.set(node, cost);
    return cost;
  };
  const compute = (node: Layout): Cost => {
    switch (node.kind) {
      case 'task': {
        const cost = hasGate(node) ? add(RUN_TASK, GATE) : RUN_TASK;
        const submitted = isCallback(node.task) ? 1 : 0;
        return { ...cost, events: cost.events + submitted + extraEventsOf(node.task), bytes: cost.bytes + bytesOf(node.task) };
      }
      case 'series':
        return node.parts.reduce((sum, part) => add(sum, costOf(part)), NOTHING);
      case 'parallel':
        return node.parts.reduce((sum, part) => add(sum, scopeCost(part, costOf)), PARALLEL);
      case 'child':
        return CHILD;
      case 'foreach': {
        // inside of this machine, or as executions that it starts: not both
        const item = add(ITERATION, scopeCost(node.body, costOf));
        const { inline, batches } = itemsOf(node, item.events);
        return add(add(add(add(LIST_ITEMS, MAP), MAP), item, inline), add(ITERATION, CHILD), batches.length);
      }
      case 'map': {
        let cost = add(MAP, add(ITERATION, scopeCost(node.body, costOf)), node.items.length);
        let maps = node.items.length;
        for (let level = 1; level < node.levels; level++) {
          maps = Math.ceil(maps / INLINE_MAP_CONCURRENCY);
          cost = add(cost, add(MAP, ITERATION), maps);
        }
        return { ...cost, bytes: cost.bytes + JSON.stringify(writeItems(chunk(node.items, node.levels))).length };
      }
    }
  };
  return costOf;
}

function inlineOnly(_: ForeachLayout, events: number): PlacedItems {
  return { inline: inlineItems(events), batches: [] };
}

/** How many items of a foreach one machine takes that does a whole of it, at most a batch of it, of so many events each. */
export function inlineItems(events: number): number {
  return Math.max(1, Math.min(INLINE_MAP_CONCURRENCY, Math.floor(INLINE_EVENTS / events)));
}

/** How many batches of a foreach its machine can start: in the events that it has for items of its own, and those that are to spare. */
export function startedBatches({ body }: ForeachLayout, spareEvents: number, costOf: CostOf): number {
  const { events } = add(ITERATION, scopeCost(body, costOf));
  return Math.floor((inlineItems(events) * events + spareEvents) / (ITERATION.events + CHILD.events));
}

/** The cost of an execution that does so many items. */
export function batchCost({ body }: ForeachLayout, items: number, costOf: CostOf): Cost {
  const item = add(ITERATION, scopeCost(body, costOf));
  return add(add(add(EXECUTION, MAP), add(MAP, ITERATION), Math.ceil(items / INLINE_MAP_CONCURRENCY)), item, items);
}

/** The cost of a branch, a Map's body or a whole machine: with the states at the end of a scope that has tasks of its own. */
export function scopeCost(node: Layout, costOf: CostOf): Cost {
  const isTask = (part: Layout): boolean => part.kind === 'task' || part.kind === 'foreach';
  const hasTasks = isTask(node) || (node.kind === 'series' && node.parts.some(isTask));
  return hasTasks ? add(costOf(node), ENDS) : costOf(node);
}
