export type JsonPrimitive = string | number | boolean | null;
export type JsonArray = JsonValue[];
export interface JsonObject {
  [key: string]: JsonValue;
}
/** What JSON can say. `undefined`, NaN, infinities, functions and Maps are not part of it. */
export type JsonValue = JsonPrimitive | JsonArray | JsonObject;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Levels of objects and arrays in each other. */
export const MAX_NESTING = 100;
/** Values in all: what shared objects or proxies may unfold to. */
const MAX_VALUES = 10_000_000;

/** A value that JSON cannot say, or that is nested too deep. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  readonly tooDeep: boolean;
  /** Where in the value. */
  path: readonly (string | number)[] = [];

  constructor(message: string, tooDeep = false, options?: ErrorOptions) {
    super(message, options);
    this.tooDeep = tooDeep;
  }
}

interface Open {
  readonly source: object;
  readonly copy: JsonArray | JsonObject;
  readonly keys: readonly string[];
  next: number;
}

/**
 * A copy of any JavaScript value as plain JSON, own properties only; properties that are `undefined` are left out, as
 * JSON.stringify does. Iterative: nesting cannot overflow the stack.
 *
 * @throws NotJsonError for functions, bigints, symbols, NaN, infinities, Maps and the like, cycles, getters that throw, more than 100 levels
 */
export function toPlainJson(input: unknown): JsonValue {
  const open: Open[] = [];
  const within = new Set<object>();
  let values = 0;

  const enter = (value: unknown): JsonValue => {
    if (++values > MAX_VALUES) throw new NotJsonError(`has more than ${MAX_VALUES} values`);
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number') {
      if (Number.isFinite(value)) return value;
      throw new NotJsonError(`contains ${value}, which is not JSON`);
    }
    if (typeof value !== 'object') throw new NotJsonError(`contains a value of type ${typeof value}, which is not JSON`);
    if (value instanceof Date) return value.toISOString();
    if (within.has(value)) throw new NotJsonError('contains itself');
    if (open.length >= MAX_NESTING) throw new NotJsonError(`is nested deeper than ${MAX_NESTING} levels`, true);
    const isList = Array.isArray(value);
    if (isList ? value.length > MAX_VALUES : !isPlain(value)) {
      throw new NotJsonError(
        isList
          ? `has more than ${MAX_VALUES} values`
          : `contains a ${Object.prototype.toString.call(value).slice(8, -1)}, which is not JSON`,
      );
    }
    const copy: JsonArray | JsonObject = isList ? [] : {};
    within.add(value);
    open.push({ source: value, copy, keys: isList ? [] : Object.keys(value), next: 0 });
    return copy;
  };

  try {
    const root = enter(input);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { source, copy, keys } = top;
      if (top.next >= (Array.isArray(source) ? source.length : keys.length)) {
        within.delete(source);
        open.pop();
      } else if (Array.isArray(copy)) {
        copy.push(enter((source as readonly unknown[])[top.next++]));
      } else {
        const key = keys[top.next++]!;
        const value: unknown = (source as Record<string, unknown>)[key];
        if (value !== undefined) setOwn(copy, key, enter(value));
      }
    }
    return root;
  } catch (error) {
    const failure =
      error instanceof NotJsonError ? error : new NotJsonError('cannot be read: a property throws an error', false, { cause: error });
    failure.path = open.map(({ keys, next, copy }) => (Array.isArray(copy) ? next - 1 : keys[next - 1]!));
    throw failure;
  }
}

/** Also instances of classes: their own properties are what counts. Not what keeps its contents elsewhere, as a Map does. */
function isPlain(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** Sets an own property, whatever the key: `object['__proto__'] = …` would set the prototype. */
function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
