import leven from 'leven';

const MAX_CANDIDATES = 2000;

/** A hint at the candidate that was probably meant, if one is close. */
export function didYouMean(given: string, candidates: Iterable<string>): { hint?: string } {
  const far = (given.length < 4 ? 1 : Math.max(2, Math.floor(given.length / 3))) + 1;
  let best: string | undefined;
  let distance = far;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > MAX_CANDIDATES || given.length > 100) break;
    if (Math.abs(candidate.length - given.length) >= distance) continue;
    const found = leven(given.toLowerCase(), candidate.toLowerCase());
    if (found < distance) {
      distance = found;
      best = candidate;
    }
  }
  return best === undefined ? {} : { hint: `did you mean ${JSON.stringify(best)}?` };
}
