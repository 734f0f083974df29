import { describe, expect, it } from 'vitest';
import { findGrowth } from './growth.ts';

const STEADY = { 'live heap': [40, 50, 50], 'resident memory': [200, 230, 240], 'open files': [60, 70, 70] } as const;

describe('the growth of a process', () => {
  it('is none where the last third is as the middle one', () => {
    expect(findGrowth(2000, STEADY)).toEqual([]);
  });

  it('is found where something is kept of every run', () => {
    expect(findGrowth(2000, { ...STEADY, 'live heap': [45, 50, 56] })).toEqual([
      'live heap has grown to 1.12 times what it was in the middle third',
    ]);
    expect(findGrowth(2000, { ...STEADY, 'open files': [50, 90, 130] })).toHaveLength(1);
  });

  it('is a matter of chance in few runs', () => {
    expect(findGrowth(40, { ...STEADY, 'live heap': [45, 50, 90] })).toEqual([]);
  });
});
