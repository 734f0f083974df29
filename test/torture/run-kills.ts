import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadWorkload } from '../workloads.ts';
import { type KillReport, killRun, measure } from './kill.ts';
import { killPlan } from './kill-plan.ts';
import { MOMENTS } from './moments.ts';
import { writeReport } from './part-report.ts';

/*
 * Runs a workload over and over, kills its process with SIGKILL at random, and has the run resumed: it must come to the very end that it
 * comes to undisturbed.
 *
 *   npm run torture:kills -- --kills 300 --seed 1 [--workload nextflow-viralrecon] [--jobs 2] [--only INDEX]
 */

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    workload: { type: 'string', default: 'nextflow-viralrecon' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string' },
    report: { type: 'string' },
  },
});
const seed = Number(flags.seed);
const indexes = flags.only === undefined ? Array.from({ length: Number(flags.kills) }, (_, n) => n) : [Number(flags.only)];

const folder = mkdtempSync(join(tmpdir(), 'kills-'));
const undisturbed = await measure(killPlan(loadWorkload(flags.workload)), folder);
const { end, ms, steps } = undisturbed;
console.log(`undisturbed: ${(ms / 1000).toFixed(1)} s, ${steps} steps; ${end.error}`);

const reports: KillReport[] = [];
const waiting = indexes.values();
await Promise.all(
  Array.from({ length: Number(flags.jobs) }, async () => {
    for (const index of waiting) {
      const dataDir = join(folder, String(index));
      const report = await killRun({ undisturbed, seed, index, dataDir });
      reports.push(report);
      if (report.problems.length === 0) rmSync(dataDir, { recursive: true, force: true });
      else describeFailure(report);
      if (flags.only !== undefined) console.log(report.deaths.join('\n'));
    }
  }),
);

const failures = reports
  .filter(({ problems }) => problems.length > 0)
  .map(({ index, problems }) => ({
    what: problems[0]!,
    replay: `npm run torture:kills -- --workload ${flags.workload} --seed ${seed} --only ${index}`,
  }));
const failed = failures.length;
const first = reports.map(({ moments }) => moments[0]!);
const later = reports.flatMap(({ moments }) => moments.slice(1));
console.log(`\n${''.padEnd(18)}${'run'.padStart(6)}${'resume'.padStart(8)}`);
for (const moment of MOMENTS) {
  const [ofRuns, ofResumes] = [first, later].map((hits) => hits.filter((hit) => hit === moment).length);
  console.log(`${moment.padEnd(18)}${String(ofRuns).padStart(6)}${String(ofResumes).padStart(8)}`);
}
console.log(`\n${reports.length} runs, ${first.length + later.length} kills: ${reports.length - failed} passed, ${failed} failed`);
if (failed === 0) rmSync(folder, { recursive: true, force: true });
writeReport(flags.report, { count: first.length + later.length, failures });
process.exitCode = failed === 0 ? 0 : 1;

function describeFailure({ index, dataDir, deaths, problems }: KillReport): void {
  const shown = problems.slice(0, 12);
  const more = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : '';
  console.log(`\nseed ${seed}, index ${index}, killed ${deaths.join(', then ')}; kept in ${dataDir}\n  ${shown.join('\n  ')}${more}`);
}
