import type { EndedRuns } from './ports/ended-runs.ts';

const RUNS_AT_A_TIME = 100;

/**
 * Removes the runs that ended before an instant, the earliest first, so that what is not done now is done first the next time.
 *
 * @param mayGoOn asked before each run
 * @returns how many there were
 */
export async function pruneRuns(runs: EndedRuns, before: string, mayGoOn: () => boolean = () => true): Promise<number> {
  let pruned = 0;
  for (;;) {
    const ended = await runs.listEnded(before, RUNS_AT_A_TIME);
    for (const run of ended) {
      if (!mayGoOn()) return pruned;
      await runs.removeRun(run);
      pruned++;
    }
    if (ended.length < RUNS_AT_A_TIME) return pruned;
  }
}
