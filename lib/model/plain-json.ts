import type { JsonValue } from './json.ts';

/** How deep arrays and objects may lie in each other. */
export const MAX_DEPTH = 100;

/** The value cannot be JSON, or is nested too deeply. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  readonly tooDeep: boolean;

  constructor(message: string, tooDeep = false) {
    super(message);
    this.tooDeep = tooDeep;
  }
}

/**
 * A copy with plain objects and arrays only. Properties are copied as data, whatever they are called (`__proto__` too);
 * undefined ones are left out, as JSON.stringify does.
 *
 * @throws NotJsonError for functions, symbols, bigints, numbers without a JSON form, cycles and nesting beyond MAX_DEPTH;
 *   whatever a getter of the value throws
 */
export function toPlainJson(value: unknown, depth = 0): JsonValue {
  if (depth > MAX_DEPTH) throw new NotJsonError(`is nested deeper than ${MAX_DEPTH}, or contains itself`, true);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new NotJsonError(`contains ${value}`);
    case 'object': {
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      if (Array.isArray(value)) return Array.from(value, (item: unknown) => (item === undefined ? null : toPlainJson(item, depth + 1)));
      const entries: [string, JsonValue][] = [];
      for (const key of Object.keys(value)) {
        const item = (value as Record<string, unknown>)[key];
        if (item !== undefined) entries.push([key, toPlainJson(item, depth + 1)]);
      }
      return Object.fromEntries(entries);
    }
    default:
      throw new NotJsonError(`contains a ${typeof value}`);
  }
}
