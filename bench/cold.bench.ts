import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildLambdas } from '../lambdas/build.ts';
import { type ColdStart, coldStart } from './measure/cold-start.ts';
import { median } from './measure/median.ts';
import { textTable } from './measure/text-table.ts';

/**
 * What a cold start of each function loads, and how long that takes: its bundle in a fresh process, bundles in turns, medians.
 * `node bench/cold.bench.ts [--rounds N]`. Processor time says more than wall time on a machine that is busy.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });

const folder = await mkdtemp(join(tmpdir(), 'cold-bench-'));
try {
  process.stderr.write('building\n');
  const bundles = await buildLambdas(folder);
  const starts = new Map(bundles.map(({ name }): [string, ColdStart[]] => [name, []]));
  for (let round = 1; round <= Number(values.rounds); round++) {
    process.stderr.write(`round ${round}\n`);
    for (const [name, of] of starts) of.push(await coldStart(join(folder, name, 'index.mjs')));
  }
  const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);
  const rows = bundles.map(({ name, startBytes, totalBytes }) => [
    name,
    kilobytes(startBytes),
    kilobytes(totalBytes),
    median(starts.get(name)!.map(({ ms }) => ms)).toFixed(0),
    median(starts.get(name)!.map(({ cpuMs }) => cpuMs)).toFixed(0),
  ]);
  console.log(textTable(['function', 'at the start, KB', 'in all, KB', 'init, ms', 'of processor time, ms'], rows));
  console.log(`\nNode ${process.version}, load ${loadavg()[0]!.toFixed(1)}`);
} finally {
  await rm(folder, { recursive: true });
}
