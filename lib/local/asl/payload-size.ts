/** More than this many bytes can no JSON number, boolean or null take. */
const LONGEST_SCALAR = 24;
/** One UTF-16 unit takes at most 6 bytes: `\u0000`. */
const LONGEST_CHARACTER = 6;

/** UTF-8 bytes of the value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Whether the value takes more than `limitBytes` as JSON. Writes the JSON only where a bound from above does not settle it. */
export function isLarger(value: unknown, limitBytes: number): boolean {
  return bytesLeft(value, limitBytes) < 0 && jsonBytes(value) > limitBytes;
}

/** `budget` less an upper bound of the value's size; negative as soon as it is used up. */
function bytesLeft(value: unknown, budget: number): number {
  if (typeof value === 'string') return budget - 2 - LONGEST_CHARACTER * value.length;
  if (typeof value !== 'object' || value === null) return budget - LONGEST_SCALAR;
  let left = budget - 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = bytesLeft(value[i], left - 1);
    return left;
  }
  for (const key in value) {
    if (left < 0) return left;
    left = bytesLeft((value as Record<string, unknown>)[key], left - 4 - LONGEST_CHARACTER * key.length);
  }
  return left;
}
