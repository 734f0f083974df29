import type { StatePlace } from './scopes.ts';
import type { PlacedEvent } from './visits.ts';

/** A Map that had more iterations open at once than its MaxConcurrency. */
export function findCrowd(events: readonly PlacedEvent[], places: ReadonlyMap<string, StatePlace>): string | undefined {
  const open = new Map<string, number>();
  for (const { event, state, path } of events) {
    const { maxConcurrency, depth } = places.get(state ?? '') ?? {};
    if (maxConcurrency === undefined || !event.type.startsWith('MapIteration')) continue;
    const where = [state, ...path.slice(0, depth)].join(' #');
    const now = (open.get(where) ?? 0) + (event.type === 'MapIterationStarted' ? 1 : -1);
    if (now > maxConcurrency) return `${now} of ${where}`;
    open.set(where, now);
  }
  return undefined;
}
