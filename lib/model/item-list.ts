import type { JsonValue } from './json.ts';

/** Of a foreach: what one state of Step Functions can hand to its Map. */
export const MAX_ITEMS = 20_000;

/** Iterations that an inline Map runs at once. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export const MAP_CONCURRENCY = 40;

/** How a message calls the type of a value that should have been a list. */
export function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
