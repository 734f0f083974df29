import { expect, it } from 'vitest';
import { playFaults } from './play-faults.ts';

/*
 * Runs with child runs, and their child runs, while processes die, calls fail, invocations are lost or doubled, messages come late, and
 * somebody pauses, cancels and stops what he finds. SEED=7 npx vitest run test/sub-plans/faults.test.ts shows what was done in one.
 */

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 60);
const ONLY = process.env.SEED === undefined ? undefined : Number(process.env.SEED);

it('end as they should, whatever dies, is lost, comes twice or late', { timeout: 300_000 }, async () => {
  const failures: string[] = [];
  let [compared, controls, children] = [0, 0, 0];
  for (let seed = ONLY ?? 1; seed <= (ONLY ?? SEEDS); seed++) {
    const played = await playFaults(seed);
    if (ONLY !== undefined) process.stdout.write(`${played.trace.join('\n')}\n`);
    failures.push(...played.problems.slice(0, 1).map((problem) => `SEED=${seed} ${problem}`));
    compared += played.compared ? 1 : 0;
    controls += played.controls;
    children += played.children;
  }

  expect(failures).toEqual([]);
  if (ONLY !== undefined) return;
  expect(children).toBeGreaterThan(SEEDS);
  expect(controls).toBeGreaterThan(SEEDS);
  expect(compared).toBeGreaterThan(SEEDS / 15);
});

it('notices when states are not told of the end of a child run', async () => {
  let noticed = 0;
  for (let seed = 1; seed <= 20 && noticed === 0; seed++) {
    noticed = (await playFaults(seed, () => ({ listChildTokens: async () => [] }))).problems.length;
  }

  expect(noticed).toBeGreaterThan(0);
});
