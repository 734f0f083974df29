import { parseArgs } from 'node:util';
import { type Failure, writeReport } from '../torture/part-report.ts';
import { play } from './play.ts';

/*
 * Plays many seeds, or one with all that happened in it:
 *
 *   npm run simulate:faults -- --seeds 2000 [--from 1]
 *   SEED=123 npm run simulate:faults
 */

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' }, report: { type: 'string' } },
});
const only = process.env.SEED;

if (only !== undefined) {
  const { trace, problems } = await play({ seed: Number(only) });
  console.log(trace.join('\n'));
  console.log(problems.length === 0 ? 'no problem' : problems.join('\n'));
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  const first = Number(values.from);
  const beganMs = performance.now();
  const failures: Failure[] = [];
  const sums = { seeds: 0, failing: 0, controls: 0, executions: 0, compared: 0 };
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    const { problems, controls, executions, compared } = await play({ seed });
    sums.seeds++;
    sums.controls += controls;
    sums.executions += executions;
    if (compared) sums.compared++;
    if (problems.length === 0) continue;
    sums.failing++;
    console.log(`SEED=${seed} ${problems[0]}`);
    failures.push({ what: problems[0]!, replay: `SEED=${seed} npm run simulate:faults` });
  }
  console.log(`${JSON.stringify(sums)} in ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
  writeReport(values.report, { count: sums.seeds, failures });
  if (sums.failing > 0) process.exitCode = 1;
}
