import type { Thirds } from './footprints.ts';

/**
 * How much larger the peak of the last third of a soak may be than that of the middle one, where every third of it is the same work. What
 * grows with the runs grows by half and more from one to the other, unless there is much that does not; what is bounded, or cached for the
 * last thousand runs or so, is all there by the middle third.
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
    return ratio <= MOST_GROWTH[measure] ? [] : [`${measure} has grown to ${ratio.toFixed(2)} times the peak of the middle third`];
  });
}

export function growthOf([, middle, last]: Thirds): number {
  return last / middle;
}
