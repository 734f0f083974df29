/** The value is none of JSON's. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  readonly what: string;

  constructor(what: string) {
    super(`${what} is not JSON`);
    this.what = what;
  }
}

/** What JSONata answered, as plain JSON: its arrays carry marks that would change how a later expression reads them. */
export function toPlainJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(String(value));
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? plainArray(value) : plainObject(value);
    default:
      throw new NotJson(typeof value);
  }
}

function plainArray(items: readonly unknown[]): unknown[] {
  const copy = new Array<unknown>(items.length);
  for (let i = 0; i < items.length; i++) copy[i] = items[i] === undefined ? null : toPlainJson(items[i]);
  return copy;
}

function plainObject(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    if (part !== undefined) setOwn(copy, key, toPlainJson(part));
  }
  return copy;
}

/** `target[key] = value`, also where the key is `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** Whether both are the same JSON, whatever the order of keys. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
