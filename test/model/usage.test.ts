import { expect, it } from 'vitest';
import { fromNanoUsd, toNanoUsd, usageOf } from '../../lib/model/usage.ts';

it.each([
  [
    { tokens_used: 7, cost_usd: 0.1 },
    { tokens: 7, nanoUsd: 100_000_000 },
  ],
  [
    { tokens_used: 0, cost_usd: 0.0000000004 },
    { tokens: 0, nanoUsd: 0 },
  ],
  [{ cost_usd: 1e300 }, { tokens: 0, nanoUsd: Number.MAX_SAFE_INTEGER }],
  [
    { tokens_used: -1, cost_usd: -1 },
    { tokens: 0, nanoUsd: 0 },
  ],
  [
    { tokens_used: 1.5, cost_usd: '3' },
    { tokens: 0, nanoUsd: 0 },
  ],
  [
    { tokens_used: 1e300, cost_usd: null },
    { tokens: 0, nanoUsd: 0 },
  ],
  [{}, { tokens: 0, nanoUsd: 0 }],
])('%j reports %j', (outputs, usage) => {
  expect(usageOf(outputs)).toEqual(usage);
});

it('adds money without drifting', () => {
  const sum = Array.from({ length: 10 }, () => toNanoUsd(0.1)).reduce((a, b) => a + b, 0);

  expect(fromNanoUsd(sum)).toBe(1);
});
