import { expect, it } from 'vitest';
import { growthExponent } from '../../bench/measure/growth.ts';

const SIZES = [1_000, 3_000, 10_000, 100_000];

it.each([0.5, 1, 2])('finds the exponent %d', (exponent) => {
  const points = SIZES.map((size) => ({ size, value: 7 * size ** exponent }));

  expect(growthExponent(points)).toBeCloseTo(exponent, 9);
});
