import { createHash } from 'node:crypto';
import type { Expression } from 'jsonata';
import type { Clock } from '../../runtime/ports/clock.ts';

/** Where expressions get time and chance from. */
export interface ExpressionSources {
  readonly clock: Clock;
  readonly random: () => number;
  readonly makeId: () => string;
}

const HASH_ALGORITHMS = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);
const MAX_RANGE = 1_000_000;

/**
 * The functions that Step Functions adds to JSONata, and those whose time or chance is to come from `sources`. `$eval` is taken away.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#intrinsic-functions-jsonata
 */
export function registerAwsFunctions(expression: Expression, { clock, random, makeId }: ExpressionSources): void {
  expression.assign('eval', undefined);
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('parse', parse, '<s-:x>');
  expression.registerFunction('uuid', () => makeId(), '<:s>');
  expression.registerFunction('random', (seed?: number) => (seed === undefined ? random() : seededRandom(seed)), '<n?:n>');
  expression.registerFunction('millis', () => clock.now(), '<:n>');
  expression.registerFunction(
    'now',
    function (picture?: string, timezone?: string) {
      const fromMillis: { implementation: (ms: number, picture?: string, timezone?: string) => string } =
        this.environment.lookup('fromMillis');
      return fromMillis.implementation(clock.now(), picture, timezone);
    },
    '<s?s?:s>',
  );
}

function partition(items: readonly unknown[] | undefined, size: number): unknown[][] | undefined {
  if (items === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1) throw new Error('the second argument of $partition must be a positive integer');
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('the step of $range must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) throw new Error(`$range gives at most ${MAX_RANGE} numbers`);
  return Array.from({ length }, (_, index) => first + index * step);
}

function hash(text: string | undefined, algorithm: string): string | undefined {
  if (text === undefined) return undefined;
  const name = HASH_ALGORITHMS.get(algorithm);
  if (name === undefined) throw new Error(`$hash knows ${[...HASH_ALGORITHMS.keys()].join(', ')}`);
  return createHash(name).update(text).digest('hex');
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** The first number of mulberry32, so that an equal seed gives an equal number. It is not the number that AWS gives. */
function seededRandom(seed: number): number {
  let bits = (seed + 0x6d2b79f5) | 0;
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}
