import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { textTable } from '../../bench/measure/text-table.ts';
import { exitCode } from '../e2e/emulator/processes.ts';
import { type PartReport, readReport } from './part-report.ts';

/*
 * All that is done to this project to break it, one part after the other, whatever the one before came to; 0 leaves a part out:
 *
 *   npm run torture [-- --seeds 10000 --kills 1000 --hostile 10000 --fuzz-minutes 5 --soak 2000 --seed 1]
 */

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '1000' },
    hostile: { type: 'string', default: '10000' },
    'fuzz-minutes': { type: 'string', default: '5' },
    soak: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});

interface Part {
  readonly name: string;
  /** What its count counts. */
  readonly unit: string;
  readonly amount: string;
  /** The program and its arguments, below this folder. */
  readonly program: readonly string[];
}

const { seed } = flags;
const PARTS: readonly Part[] = [
  {
    name: 'simulation of faults',
    unit: 'seeds',
    amount: flags.seeds,
    program: ['../simulation/simulate-faults.ts', '--seeds', flags.seeds, '--from', seed],
  },
  { name: 'kills', unit: 'kills', amount: flags.kills, program: ['run-kills.ts', '--kills', flags.kills, '--seed', seed] },
  { name: 'hostile plans', unit: 'plans', amount: flags.hostile, program: ['run-hostile.ts', '--plans', flags.hostile, '--seed', seed] },
  {
    name: 'fuzzing of the API',
    unit: 'requests',
    amount: flags['fuzz-minutes'],
    program: ['run-api-fuzz.ts', '--minutes', flags['fuzz-minutes'], '--seed', seed],
  },
  { name: 'soak', unit: 'runs', amount: flags.soak, program: ['soak/run-soak.ts', '--runs', flags.soak, '--seed', seed] },
];

interface Outcome extends PartReport {
  readonly part: Part;
  readonly seconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'torture-'));
const outcomes: Outcome[] = [];
for (const part of PARTS.filter(({ amount }) => Number(amount) > 0)) {
  console.log(`\n== ${part.name}`);
  outcomes.push(await torture(part));
}
rmSync(folder, { recursive: true });

console.log(
  `\n${textTable(
    ['part', 'count', 'failures', 'minutes'],
    outcomes.map(({ part, count, failures, seconds }) => [
      part.name,
      `${count} ${part.unit}`,
      String(failures.length),
      (seconds / 60).toFixed(1),
    ]),
  )}`,
);
for (const { part, failures } of outcomes) for (const { what, replay } of failures) console.log(`\n${part.name}: ${what}\n  ${replay}`);
process.exitCode = outcomes.every(({ failures }) => failures.length === 0) ? 0 : 1;

async function torture(part: Part): Promise<Outcome> {
  const [program = '', ...args] = part.program;
  const path = join(folder, `${part.unit}.json`);
  const begun = performance.now();
  const flags = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, program), ...args, '--report', path];
  const code = await exitCode(spawn(process.execPath, flags, { stdio: 'inherit' }));
  const report = readReport(path) ?? { count: 0, failures: [] };
  // it died, or has something to complain of that is in no report
  const unsaid = code !== 0 && report.failures.length === 0;
  const failures = unsaid ? [{ what: `it ended with ${code}`, replay: `node test/torture/${part.program.join(' ')}` }] : report.failures;
  return { part, count: report.count, failures, seconds: (performance.now() - begun) / 1000 };
}
