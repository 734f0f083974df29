import type { ObservedEvent } from './observed.ts';
import type { StatePlace } from './scopes.ts';

/** A state in one iteration of each Map around it, and all that happened there, in order. */
export interface Visit {
  /** The state, and the indexes of the iterations around it. */
  readonly where: string;
  readonly state: string;
  readonly path: readonly number[];
  readonly firstId: number;
  lastId: number;
  readonly steps: string[];
}

/** Where the lines of states join it is by chance which one came last, so these are counted and not placed. */
const JOINS = new Set(['MapStateSucceeded', 'MapStateFailed', 'ParallelStateSucceeded', 'ParallelStateFailed']);
/** A token that is answered before its function has returned: whether TaskSubmitted is written then is not the same everywhere. */
const COUNTED_APART = 'TaskSubmitted';

/** An event with the state that it belongs to and the indexes of the iterations around it. */
export interface PlacedEvent {
  readonly event: ObservedEvent;
  readonly state: string | undefined;
  readonly path: readonly number[];
}

/**
 * Says of each event where it belongs. Each line of states is a chain of events, so the state and the iterations of an event are those of the
 * event before it, unless it says others.
 */
export function placeEvents(events: readonly ObservedEvent[], places: ReadonlyMap<string, StatePlace>): PlacedEvent[] {
  const known = new Map<number, Omit<PlacedEvent, 'event'>>();
  return events.map((event) => {
    const before = known.get(event.previousId) ?? { state: undefined, path: [] };
    const { name, index } = event;
    const around = name === undefined ? before.path : before.path.slice(0, places.get(name)?.depth ?? 0);
    const placed = { state: name ?? before.state, path: index === undefined ? around : [...around, index] };
    // the end of an iteration belongs to the Map and is reached in the iteration, from which the Map's own events go on
    known.set(event.id, event.type.startsWith('MapIteration') && index === undefined ? { ...placed, path: before.path } : placed);
    return { event, ...placed };
  });
}

/** Sorts a history by state and iteration. */
export function visitsOf(events: readonly PlacedEvent[]): Map<string, Visit> {
  const visits = new Map<string, Visit>();
  for (const { event, state, path } of events) {
    const { id, type, data } = event;
    if (state === undefined || JOINS.has(type) || type === COUNTED_APART || /^(?:MapIteration|Execution)/.test(type)) continue;
    const where = [state, ...path].join(' #');
    const visit = visits.get(where);
    const step = `${type} ${data}`.trim();
    if (visit === undefined) visits.set(where, { where, state, path, firstId: id, lastId: id, steps: [step] });
    else {
      visit.steps.push(step);
      visit.lastId = id;
    }
  }
  return visits;
}

/** In each scope, and each iteration of it, the visits in the order in which they began. */
export function scopesOf(visits: ReadonlyMap<string, Visit>, places: ReadonlyMap<string, StatePlace>): Map<string, Visit[]> {
  return Map.groupBy(visits.values(), ({ state, path }) => [places.get(state)?.scope || 'the machine', ...path].join(' #'));
}

/** A visit that does not keep to the time of the one before it in its scope, or of the Map or Parallel around it. */
export function findDisorder(visits: ReadonlyMap<string, Visit>, places: ReadonlyMap<string, StatePlace>): Visit | undefined {
  const early = [...scopesOf(visits, places).values()].flatMap((inOrder) =>
    inOrder.filter((visit, i) => visit.firstId < (inOrder[i - 1]?.lastId ?? 0)),
  );
  return early[0] ?? [...visits.values()].find((visit) => isOutside(visit, visits, places));
}

function isOutside(
  { state, path, firstId, lastId }: Visit,
  visits: ReadonlyMap<string, Visit>,
  places: ReadonlyMap<string, StatePlace>,
): boolean {
  const container = places.get(state)?.container;
  if (container === undefined) return false;
  const around = visits.get([container, ...path.slice(0, places.get(container)!.depth)].join(' #'));
  return around === undefined || firstId < around.firstId || lastId > around.lastId;
}
