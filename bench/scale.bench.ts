import { parseArgs } from 'node:util';
import { DEFINITION_BYTES, HISTORY_EVENTS } from '../lib/compiler/aws-limits.ts';
import type { Shape } from './measure/generated-plan.ts';
import { inOwnProcess } from './measure/in-own-process.ts';
import type { ScaleResult, ScaleTask } from './measure/scale-worker.ts';
import { megabytes, textTable } from './measure/text-table.ts';

/**
 * Time and memory of compiling and simulating large plans with five dependencies a task, each step in a process of its own; runs are
 * checked event by event, machines and executions against the quotas: `node bench/scale.bench.ts [--tasks 1000,10000]`
 */
const { values } = parseArgs({ options: { tasks: { type: 'string', default: '1000,10000,100000' } } });
const SIZES = values.tasks.split(',').map(Number);
const SHAPES: readonly Shape[] = ['random', 'layered'];
const LIMIT = 40;
const WORKER = new URL('./measure/scale-worker.ts', import.meta.url).href;

const rows: string[][] = [];
for (const tasks of SIZES) {
  for (const shape of SHAPES) {
    process.stderr.write(`${tasks} ${shape}\n`);
    const measure = (step: ScaleTask['step']): Promise<ScaleResult> => inOwnProcess(WORKER, { shape, tasks, limit: LIMIT, step });
    const compiled = await measure('compile');
    const run = await measure('simulate');
    if (run.largestMachineBytes >= DEFINITION_BYTES || run.mostEvents > HISTORY_EVENTS)
      throw new Error(`${tasks} ${shape}: a machine of ${run.largestMachineBytes} bytes, an execution of ${run.mostEvents} events`);
    rows.push([
      `${tasks} ${shape}`,
      ...[compiled, run].flatMap(({ ms, peakBytes }) => [(ms / 1000).toFixed(1), megabytes(peakBytes)]),
      `${run.machines}`,
      (run.largestMachineBytes / 1000).toFixed(0),
      `${run.mostEvents}`,
    ]);
  }
}
console.log(
  textTable(['tasks', 'compile, s', 'peak, MB', 'simulate, s', 'peak, MB', 'machines', 'largest, KB', 'most events of an execution'], rows),
);
