import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { DEFINITION_BYTES, HISTORY_EVENTS } from '../lib/compiler/aws-limits.ts';
import type { Shape } from './measure/generated-plan.ts';
import { growthExponent } from './measure/growth.ts';
import { inOwnProcess } from './measure/in-own-process.ts';
import type { ScaleResult, ScaleTask } from './measure/scale-worker.ts';
import { megabytes, textTable } from './measure/text-table.ts';

/**
 * Time and memory of compiling and simulating plans of growing size, each step in a process of its own, and the exponent with which
 * they grow; runs are checked event by event, machines and executions against the quotas:
 * `node bench/scale.bench.ts [--most 10000] [--shapes fans,layered]`. Fails where something grows faster than it may.
 */
const { values } = parseArgs({
  options: { most: { type: 'string', default: '100000' }, shapes: { type: 'string', default: 'fans,layered,fan-out,chains' } },
});
const SIZES = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000].filter((size) => size <= Number(values.most));
const SHAPES = values.shapes.split(',') as Shape[];
const LIMIT = 40;
/** Below, what a process takes anyhow is most of it. */
const GROWS_FROM = 1_000;
const MOST_GROWTH = 1.3;
const WORKER = new URL('./measure/scale-worker.ts', import.meta.url).href;

interface Measured {
  readonly size: number;
  readonly compiled: ScaleResult;
  readonly run: ScaleResult;
}

const rows: string[][] = [];
const growth: string[][] = [];
for (const shape of SHAPES) {
  const measured: Measured[] = [];
  for (const size of SIZES) {
    process.stderr.write(`${size} ${shape}\n`);
    const measure = (step: ScaleTask['step']): Promise<ScaleResult> => inOwnProcess(WORKER, { shape, tasks: size, limit: LIMIT, step });
    const compiled = await measure('compile');
    const run = await measure('simulate');
    if (run.largestMachineBytes >= DEFINITION_BYTES || run.mostEvents > HISTORY_EVENTS)
      throw new Error(`${size} ${shape}: a machine of ${run.largestMachineBytes} bytes, an execution of ${run.mostEvents} events`);
    measured.push({ size, compiled, run });
    rows.push([
      `${size} ${shape}`,
      ...[compiled, run].flatMap(({ ms, cpuMs, peakBytes }) => [
        ...[ms, cpuMs].map((each) => (each / 1000).toFixed(2)),
        megabytes(peakBytes),
      ]),
      `${run.machines}`,
      (run.largestMachineBytes / 1000).toFixed(0),
      `${run.mostEvents}`,
    ]);
  }
  growth.push([shape, ...exponentsOf(measured.filter(({ size }) => size >= GROWS_FROM)).map((exponent) => exponent.toFixed(2))]);
}

/** Of the processor times and memories of both steps. */
function exponentsOf(measured: readonly Measured[]): number[] {
  const of = (pick: (each: Measured) => number): number => growthExponent(measured.map((each) => ({ size: each.size, value: pick(each) })));
  return [
    of(({ compiled }) => compiled.cpuMs),
    of(({ run }) => run.cpuMs),
    of(({ compiled }) => compiled.peakBytes),
    of(({ run }) => run.peakBytes),
  ];
}

const header = ['compile, s', 'CPU, s', 'peak, MB', 'simulate, s', 'CPU, s', 'peak, MB', 'machines', 'largest, KB', 'most events'];
console.log(textTable(['tasks', ...header], rows));
console.log(`\nGrowth: the exponent of the tasks, from ${GROWS_FROM} on (processor time)\n`);
console.log(textTable(['shape', 'compile', 'simulate', 'memory, compile', 'memory, simulate'], growth));
console.log(`\nNode ${process.version}, load ${loadavg()[0]!.toFixed(1)}`);
const isTooFast = growth.some(([, ...exponents]) => exponents.some((exponent) => Number(exponent) > MOST_GROWTH));
if (isTooFast) {
  console.log(`Some grow faster than with exponent ${MOST_GROWTH}.`);
  process.exitCode = 1;
}
