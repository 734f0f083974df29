import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { executeHostile, hostileTasks } from '../hostile-plans.ts';
import { type Failure, writeReport } from './part-report.ts';

/*
 * Executes plans whose texts are whatever does harm somewhere. Every so many are of a seed of their own, so that one that fails does not
 * end it.
 *
 *   npm run torture:hostile -- --plans 10000 --seed 1 [--path PATH]
 */

const PLANS_A_SEED = 500;

const { values: flags } = parseArgs({
  options: {
    plans: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    report: { type: 'string' },
  },
});
const plans = Number(flags.plans);
const first = Number(flags.seed);
const failures: Failure[] = [];
let count = 0;
let accepted = 0;
for (let left = plans, seed = first; left > 0; left -= PLANS_A_SEED, seed++) {
  const property = fc.asyncProperty(hostileTasks, async (tasks) => {
    count++;
    if (await executeHostile(tasks)) accepted++;
  });
  const numRuns = Math.min(left, PLANS_A_SEED);
  const path = flags.path === undefined ? {} : { path: flags.path };
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(property, { numRuns, seed, ...path });
  if (!failed) continue;
  const what = `${JSON.stringify(counterexample)}: ${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)}`;
  console.log(`seed ${seed}, path ${counterexamplePath}: ${what}`);
  failures.push({ what, replay: `npm run torture:hostile -- --plans ${numRuns} --seed ${seed} --path ${counterexamplePath}` });
}
console.log(`${count} plans, ${accepted} accepted, ${failures.length} failed`);
writeReport(flags.report, { count, failures });
process.exitCode = failures.length === 0 ? 0 : 1;
