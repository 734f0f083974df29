import { parseArgs } from 'node:util';
import { fuzzApi } from '../schemathesis/fuzz-api.ts';
import { writeReport } from './part-report.ts';

/*
 * Sends requests of all kinds to the API for so long.
 *
 *   npm run torture:api-fuzz -- --minutes 5 --seed 1
 */

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' }, report: { type: 'string' } },
});
const { minutes, seed } = flags;
const { requests, failures } = await fuzzApi(['--max-time', String(Number(minutes) * 60), '--seed', seed, '--continue-on-failure']);
for (const failure of failures) console.log(failure);
const replay = `npm run torture:api-fuzz -- --minutes ${minutes} --seed ${seed}`;
writeReport(flags.report, { count: requests, failures: failures.map((what) => ({ what, replay })) });
process.exit(failures.length === 0 ? 0 : 1); // runs that are under way must not keep it
