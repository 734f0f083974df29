import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import { hasGate, type Layout, levelsFor, type ParallelLayout, type TaskLayout } from './layout.ts';
import type { Structure } from './structure/structure.ts';

/** Siblings of one shape whose names differ only in numbers become a Map from this many on. */
const ALIKE_MIN = 4;
/** Siblings of one shape become a Map from this many on, whatever their names: a picture of more branches helps nobody. */
const CROWD_MIN = 24;

/** What the states of two tasks must agree in to be one state of a Map. */
export interface TaskShape {
  /** Everything of the task's state but its ordinal, as a string. */
  readonly shape: string;
  /** The task's name without its numbers. */
  readonly stem: string;
  /** The task is in a pool of the plan. */
  readonly pooled: boolean;
  /** Nobody carries it out. */
  readonly step?: true;
}

export interface FanOutOptions {
  readonly shapeOf: (task: number) => TaskShape;
  /** At most so many tasks at once. */
  readonly limit: number;
  /** Of the end of a foreach: what its items do, which comes right before it. */
  readonly inside?: (task: number) => Layout | undefined;
  /** The tasks stand for those of other items too: a Map's items could not name them. */
  readonly isOfItem?: boolean;
}

const nothingInside = (): undefined => undefined;

/**
 * Sibling parts of one shape become one Map over their ordinals.
 *
 * Invariant: what runs after what stays as it was. A Map of more iterations than run at once could make a task wait for an
 * unrelated one; so it is nested (`levels`) where a gate waits in it, or where more may run at once than a Map allows.
 */
export function fanOut(structure: Structure, { shapeOf, limit, inside = nothingInside, isOfItem = false }: FanOutOptions): Layout {
  const shapes = new Map<string, number>();
  const intern = (text: string): number => {
    let id = shapes.get(text);
    if (id === undefined) {
      id = shapes.size;
      shapes.set(text, id);
    }
    return id;
  };

  /** A part with the number of its shape, and of its shape and names. `undefined`: it holds a Map, which is not nested in another. */
  interface Shaped {
    readonly layout: Layout;
    readonly shape?: number;
    readonly named?: number;
  }

  const combine = (kind: 'series' | 'parallel', parts: Shaped[]): Pick<Shaped, 'shape' | 'named'> => {
    if (parts.some((part) => part.shape === undefined)) return {};
    return {
      shape: intern(`${kind} ${parts.map((part) => part.shape).join()}`),
      named: intern(`${kind} named ${parts.map((part) => part.named).join()}`),
    };
  };

  const visit = (node: Structure): Shaped => {
    if (node.kind === 'task') {
      const { shape, stem, pooled, step } = shapeOf(node.task);
      const gated = node.gate.length > 0;
      const layout: TaskLayout = { kind: 'task', task: node.task, gated, pooled, takesPlace: false, ...(step && { step }) };
      const items = inside(node.task);
      if (items !== undefined) {
        if (gated) throw new TypeError(`the end of a foreach, ${node.task}, does not follow its begin`);
        return { layout: { kind: 'series', parts: [items, layout] } };
      }
      const kind = `${gated} ${pooled} ${shape}`;
      return { layout, shape: intern(`task ${kind}`), named: intern(`named ${kind} ${stem}`) };
    }
    const parts = node.parts.map(visit);
    if (node.kind === 'series') {
      const flat = parts.flatMap(({ layout }) => (layout.kind === 'series' ? layout.parts : [layout]));
      return { layout: { kind: 'series', parts: flat }, ...combine('series', parts) };
    }
    const merged = mergeAlike(parts);
    if (merged.length === 1) return { layout: merged[0]!.layout };
    // one order for all parallels of a shape, or the positions in a Map's items would not agree
    const ordered = [...merged].sort((a, b) => (a.shape ?? -1) - (b.shape ?? -1) || (a.named ?? -1) - (b.named ?? -1));
    const layout: ParallelLayout = { kind: 'parallel', parts: ordered.map((part) => part.layout) };
    return { layout, ...combine('parallel', ordered) };
  };

  const mergeAlike = (parts: Shaped[]): Shaped[] => {
    if (isOfItem) return parts;
    const crowds = groupBy(parts, (part) => part.shape);
    const result: Shaped[] = crowds.get(undefined) ?? [];
    crowds.delete(undefined);
    for (const crowd of crowds.values()) {
      const groups = crowd.length >= CROWD_MIN ? [crowd] : [...groupBy(crowd, (part) => part.named).values()];
      for (const group of groups) {
        if (group.length < ALIKE_MIN) result.push(...group);
        else
          result.push({
            layout: mapOf(
              group.map((part) => part.layout),
              limit,
            ),
          });
      }
    }
    return result;
  };

  return inPlanOrder(visit(structure).layout);
}

/** Branches in the order of the plan, as a reader expects them. The body of a Map stays as it is: its items go by it. */
function inPlanOrder(node: Layout): Layout {
  if (node.kind !== 'series' && node.kind !== 'parallel') return node;
  const parts = node.parts.map(inPlanOrder);
  if (node.kind === 'parallel') parts.sort((a, b) => firstTask(a) - firstTask(b));
  return { ...node, parts };
}

function firstTask(node: Layout): number {
  if (node.kind === 'task') return node.task;
  if (node.kind === 'map') return node.items[0]![0]!;
  if (node.kind === 'foreach') return node.end;
  return node.kind === 'child'
    ? firstTask(node.part)
    : node.parts.reduce((first, part) => Math.min(first, firstTask(part)), Number.POSITIVE_INFINITY);
}

function mapOf(parts: Layout[], limit: number): Layout {
  const items = parts.map(ordinalsIn).sort((a, b) => a[0]! - b[0]!);
  let position = 0;
  let waits = false;
  const place = (node: Layout): Layout => {
    if (node.kind === 'task') {
      waits ||= hasGate(node);
      return { ...node, position: position++ };
    }
    if (node.kind === 'series' || node.kind === 'parallel') return { ...node, parts: node.parts.map(place) };
    return node;
  };
  const body = place(parts[0]!);
  const levels = waits || limit > INLINE_MAP_CONCURRENCY ? levelsFor(items.length) : 1;
  return { kind: 'map', items, body, levels };
}

function ordinalsIn(node: Layout): number[] {
  const ordinals: number[] = [];
  const walk = (part: Layout): void => {
    if (part.kind === 'task') ordinals.push(part.task);
    else if (part.kind === 'series' || part.kind === 'parallel') part.parts.forEach(walk);
  };
  walk(node);
  return ordinals;
}

function groupBy<T, K>(values: readonly T[], key: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}
