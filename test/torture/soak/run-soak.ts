import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { megabytes, short, textTable } from '../../../bench/measure/text-table.ts';
import { type Failure, writeReport } from '../part-report.ts';
import type { Thirds } from './footprints.ts';
import { findGrowth, growthOf, type Measure, MOST_GROWTH } from './growth.ts';
import { soak } from './soak.ts';
import { PLAN_KINDS } from './soak-plans.ts';
import { TREATMENTS } from './soaked-run.ts';

/*
 * Takes runs of all kinds through one `serve` process, whose memory is bounded and may not grow, and compares all of them and the
 * statistics with what was submitted.
 *
 *   npm run soak -- --runs 2000 --at-once 50 [--seed 1] [--from 0] [--heap-mb 192] [--only INDEX]
 */

const SHOWN = 6;

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    'at-once': { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    'heap-mb': { type: 'string', default: '192' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    report: { type: 'string' },
  },
});
const { seed } = flags;
const dataDir = mkdtempSync(join(tmpdir(), 'soak-'));
const report = await soak({
  runs: flags.only === undefined ? Number(flags.runs) : 1,
  from: Number(flags.only ?? flags.from),
  atOnce: Number(flags['at-once']),
  seed: Number(seed),
  heapMb: Number(flags['heap-mb']),
  dataDir,
  onFailure: ({ index, problems }) => console.log(`seed ${seed}, run ${index}:\n  ${problems.slice(0, SHOWN).join('\n  ')}`),
});

const { runs, statistics } = report;
const events = runs.reduce((sum, run) => sum + run.events, 0);
const executions = runs.reduce((sum, run) => sum + run.executions, 0);
console.log(
  textTable(
    ['runs by their plans and what was done to them', ...TREATMENTS],
    PLAN_KINDS.map((kind) => [
      kind,
      ...TREATMENTS.map((treatment) => String(runs.filter((run) => run.kind === kind && run.treatment === treatment).length)),
    ]),
  ),
);
const measured: Readonly<Record<Measure, Thirds>> = {
  'live heap': report.liveHeap,
  'resident memory': report.resident,
  'open files': report.openFiles,
};
const shown = (measure: Measure, value: number): string =>
  Number.isNaN(value) ? '–' : measure === 'open files' ? String(value) : `${megabytes(value)} MB`;
console.log(
  `\n${textTable(
    ['in each third', 'first', 'middle', 'last', 'last / middle', 'at most'],
    (Object.keys(measured) as Measure[]).map((measure) => {
      const thirds = measured[measure];
      return [
        `${measure}, ${measure === 'live heap' ? 'median' : 'peak'}`,
        ...thirds.map((value) => shown(measure, value)),
        short(growthOf(thirds)),
        String(MOST_GROWTH[measure]),
      ];
    }),
  )}\n`,
);
console.log(
  `${runs.length} runs in ${report.seconds.toFixed(0)} s: ${executions} executions, ${events} events; ${JSON.stringify(statistics)}`,
);
if (report.lostAnswers > 0) console.log(`${report.lostAnswers} requests had no answer in time, and were sent again`);
console.log(`the store has ${megabytes(report.storeBytes)} MB and ${report.blobs} blobs`);

const again = `npm run soak -- --runs ${flags.runs} --at-once ${flags['at-once']} --seed ${seed} --from ${flags.from} --heap-mb ${flags['heap-mb']}`;
const failures: Failure[] = report.failed.map(({ index, problems }) => ({
  what: problems[0]!,
  replay: `npm run soak -- --seed ${seed} --only ${index}`,
}));
for (const what of [...report.problems, ...findGrowth(runs.length, measured)]) {
  console.log(what);
  failures.push({ what, replay: again });
}
writeReport(flags.report, { count: runs.length, failures });
if (failures.length === 0) rmSync(dataDir, { recursive: true });
else {
  console.log(`${failures.length} failures; kept in ${dataDir}`);
  process.exitCode = 1;
}
