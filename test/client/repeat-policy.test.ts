import { describe, expect, it } from 'vitest';
import { isPassing, retryDelayMs } from '../../lib/client/repeat-policy.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('the delay before another try', () => {
  it.each([
    [1, 400],
    [2, 800],
    [4, 3_200],
    [5, 5_000],
    [50, 5_000],
  ])('is after %i tries at most %i ms, and any part of that', (tries, longest) => {
    expect(retryDelayMs(tries, null, NOW, 1)).toBe(longest);
    expect(retryDelayMs(tries, null, NOW, 0.5)).toBe(longest / 2);
    expect(retryDelayMs(tries, null, NOW, 0)).toBe(0);
  });

  it.each([
    ['0', 0],
    ['7', 7_000],
    ['30', 30_000],
    ['31', 30_000],
    ['Thu, 01 Jan 2026 00:00:03 GMT', 3_000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
    ['soon', 400],
  ])('is with Retry-After: %s %i ms', (retryAfter, delay) => {
    expect(retryDelayMs(1, retryAfter, NOW, 1)).toBe(delay);
  });
});

it.each([
  [400, false],
  [404, false],
  [428, false],
  [429, true],
  [430, false],
  [499, false],
  [500, true],
  [503, true],
])('knows of %i whether it may pass', (status, passing) => {
  expect(isPassing(status)).toBe(passing);
});
