import { expect, test } from 'vitest';
import { delayMs } from '../../../lib/aws/dynamodb/backoff.ts';

test.each([
  [1, 0, 0],
  [1, 0.5, 25],
  [2, 0.999, 99],
  [6, 0.5, 800],
  [7, 0.5, 1_000],
  [50, 0.999, 1_998],
])('after %i tries, at %f: %i ms', (tries, random, expected) => {
  expect(delayMs(tries, random)).toBe(expected);
});
