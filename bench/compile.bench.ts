import { parseArgs } from 'node:util';
import type { CompileResult, CompileTask } from './measure/compile-worker.ts';
import { SHAPES } from './measure/generated-plan.ts';
import { inOwnProcess } from './measure/in-own-process.ts';
import { megabytes, textTable } from './measure/text-table.ts';

/**
 * Time and memory of parsing and compiling generated plans with five dependencies a task:
 * `node bench/compile.bench.ts [--large]`, `--large` for 100,000 tasks as well.
 */
const { values } = parseArgs({ options: { large: { type: 'boolean', default: false } } });
const WORKER = new URL('./measure/compile-worker.ts', import.meta.url).href;
const SIZES = [{ tasks: 1_000, runs: 11 }, { tasks: 10_000, runs: 5 }, ...(values.large ? [{ tasks: 100_000, runs: 1 }] : [])];
/** No limit, and the default one. */
const LIMITS = [1_000_000, 10];

const rows: string[][] = [];
for (const { tasks, runs } of SIZES) {
  for (const shape of SHAPES) {
    for (const limit of LIMITS) {
      const task: CompileTask = { shape, tasks, limit, runs };
      process.stderr.write(`${tasks} ${shape}\n`);
      rows.push([`${tasks} ${shape}${limit === 10 ? ', 10 at once' : ''}`, ...(await cells(task))]);
    }
  }
}
console.log(textTable(['tasks', 'first ms', 'median ms', 'peak +MB', 'definitions MB', 'machines', 'gated tasks'], rows));

async function cells(task: CompileTask): Promise<string[]> {
  try {
    const result = await inOwnProcess<CompileResult>(WORKER, task);
    const { firstMs, medianMs, addedBytes, definitionBytes, machines, gatedTasks } = result;
    return [
      firstMs.toFixed(0),
      medianMs.toFixed(0),
      megabytes(addedBytes),
      (definitionBytes / 1e6).toFixed(1),
      `${machines}`,
      `${gatedTasks}`,
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
