import type { Thirds } from './footprints.ts';

/**
 * How much more there may be in the last third of a soak than in the middle one, as every third of it is the same work. What is bounded, or
 * cached of the last thousand runs or so, is all there in the middle third; what is kept of every run is half as much again in the last.
 */
export const MOST_GROWTH = { 'live heap': 1.1, 'resident memory': 1.15, 'open files': 1.25 } as const;
/** In fewer runs chance decides where the peaks are. */
const FEWEST_RUNS = 1_000;

export type Measure = keyof typeof MOST_GROWTH;

/** What has grown through so many runs, in words. */
export function findGrowth(runs: number, measured: Readonly<Record<Measure, Thirds>>): string[] {
  if (runs < FEWEST_RUNS) return [];
  return (Object.keys(MOST_GROWTH) as Measure[]).flatMap((measure) => {
    const ratio = growthOf(measured[measure]);
    return ratio <= MOST_GROWTH[measure] ? [] : [`${measure} has grown to ${ratio.toFixed(2)} times what it was in the middle third`];
  });
}

export function growthOf([, middle, last]: Thirds): number {
  return last / middle;
}
