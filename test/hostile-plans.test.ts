import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executeHostile, hostileTasks } from './hostile-plans.ts';

/** More with `npm run torture:hostile`; fast-check prints the seed of a failure. */
const NUM_RUNS = 2000;

describe('hostile plans', () => {
  it('are refused with problems or run to their end with every text as it was, and nothing evaluated', { timeout: 300_000 }, async () => {
    let accepted = 0;
    const property = fc.asyncProperty(hostileTasks, async (tasks) => {
      if (await executeHostile(tasks)) accepted++;
    });

    await fc.assert(property, { numRuns: NUM_RUNS });

    expect(accepted).toBeGreaterThan(NUM_RUNS / 4);
  });
});
