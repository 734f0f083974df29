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
/** As good as none, and the default of plans. */
const LIMITS = [100_000, 10];

const rows: string[][] = [];
for (const { tasks, runs } of SIZES) {
  for (const shape of SHAPES) {
    for (const limit of LIMITS) await measure({ shape, tasks, limit, runs });
  }
}
console.log(textTable(['tasks', 'first ms', 'median ms', 'peak +MB', 'definitions MB', 'machines', 'gated tasks'], rows));

async function measure(task: CompileTask): Promise<void> {
  const name = `${task.tasks} ${task.shape}${task.limit === 10 ? ', 10 at once' : ''}`;
  process.stderr.write(`${name}\n`);
  try {
    const { firstMs, medianMs, addedBytes, definitionBytes, machines, gatedTasks } = await inOwnProcess<CompileResult>(WORKER, task);
    const definitions = (definitionBytes / 1e6).toFixed(1);
    rows.push([name, firstMs.toFixed(0), medianMs.toFixed(0), megabytes(addedBytes), definitions, `${machines}`, `${gatedTasks}`]);
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
