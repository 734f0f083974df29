import { parseArgs } from 'node:util';
import type { Compilation } from '../lib/compiler/compile.ts';
import type { Report } from '../lib/compiler/report.ts';
import { costInUsd, type RunUsage } from '../lib/compiler/run-cost.ts';
import { loadWorkload, WORKLOADS, type Workload } from '../test/workloads.ts';
import { compileAs } from './measure/compile-as.ts';
import { type CountedRun, countedRun } from './measure/counted-run.ts';
import { levelBarriers } from './measure/level-barriers.ts';
import { textTable } from './measure/text-table.ts';

/**
 * What a run costs on AWS, counted by running it: ours, level barriers, and one state a step. The same plan, default settings, tasks
 * that take the recorded times. `node bench/cost.bench.ts [--limit N|none] [workload…]`; lib/compiler/run-cost.ts has prices and formulas.
 * The table is at one limit (`max_parallel_tasks`), by default what it is where a plan says nothing; what the report predicts is compared at
 * others too, or only at the one that is asked for.
 *
 * Fails where the report of the compiler does not say what has been counted: transitions, Lambda calls, units, seconds, USD.
 */
/** The default timeout is 300. */
const LONGEST_SEC = 240;

const { values, positionals: chosen } = parseArgs({ allowPositionals: true, options: { limit: { type: 'string' } } });
const DEFAULT_LIMIT = '10';
const COMPARED = ['40', 'none'];

const limit = values.limit ?? DEFAULT_LIMIT;
const names = chosen.length > 0 ? chosen : WORKLOADS;
const rows: string[][] = [];
const ratios: number[][] = [];
const wrong: string[] = [];
let compared = 0;

for (const name of names) {
  process.stderr.write(`${name}\n`);
  const workload = loadWorkload(name);
  const { tasks } = workload;
  const { ours, run } = await countedOf(workload, limit);
  if (values.limit === undefined) for (const other of COMPARED) await countedOf(workload, other);
  const usages = [
    run.usage,
    (await countedRun(compileAs(levelBarriers, planOf(workload, limit)))).usage,
    oneStateAStep(run.usage, tasks.length),
  ];
  const usd = usages.map((usage) => (costInUsd(usage) / tasks.length) * 1000);
  ratios.push([usd[1]! / usd[0]!, usd[2]! / usd[0]!]);
  const perTask = (count: number): string => (count / tasks.length).toFixed(2);
  const { lambdaCalls, writes, reads } = run.usage;
  rows.push([
    name,
    `${tasks.length}`,
    ...usages.map(({ transitions }) => perTask(transitions)),
    ...[lambdaCalls, writes, reads].map(perTask),
    ...usd.map((each) => each.toFixed(4)),
    (ours.report.estimated_cost_usd / costInUsd(run.usage)).toFixed(4),
  ]);
}
const mean = (of: number): string => (ratios.reduce((sum, each) => sum + each[of]!, 0) / ratios.length).toFixed(2);
console.log(
  textTable(
    [
      'a task of',
      'tasks',
      'transitions',
      'by levels',
      'a state a step',
      'Lambda calls',
      'write units',
      'read units',
      'USD per 1,000 tasks',
      'by levels',
      'a state a step',
      'predicted / counted',
    ],
    rows,
  ),
);
console.log(`\nUSD / ours, mean: by levels ${mean(0)}, a state a step ${mean(1)}`);
console.log(
  `${compared} runs compared with their reports (limit ${[limit, ...(values.limit === undefined ? COMPARED : [])].join(', ')}), ${wrong.length} differences`,
);
if (wrong.length > 0) {
  console.log(`\nThe report is wrong:\n${wrong.join('\n')}`);
  process.exitCode = 1;
}

/** Compiles and runs it, and notes what the report has not predicted. */
async function countedOf(workload: Workload, limit: string): Promise<{ ours: Compilation; run: CountedRun }> {
  const ours = compileAs(undefined, planOf(workload, limit));
  const run = await countedRun(ours);
  compared++;
  wrong.push(...differences(ours.report, run).map((text) => `${workload.name}, limit ${limit}: ${text}`));
  return { ours, run };
}

/** Times are scaled down where a task would take longer than it may by default. */
function planOf({ name, tasks }: Workload, limit: string): object {
  const longestSec = tasks.reduce((longest, { runtime_sec }) => Math.max(longest, runtime_sec), 0);
  const scale = Math.min(1, LONGEST_SEC / longestSec);
  return {
    plan_id: name,
    tasks: tasks.map(({ id, name: task, deps, runtime_sec }) => ({
      task_id: id,
      name: task,
      dependencies: deps.map((dependency) => ({ task_id: dependency, dependency_type: 'blocking' })),
      metadata: { mock: { duration_sec: runtime_sec * scale } },
    })),
    resource_budget: { max_parallel_tasks: limit === 'none' ? tasks.length : Number(limit) },
  };
}

/** Claim and completion as states of their own that write into the table without a function: two transitions a task more, all else the same. */
function oneStateAStep(usage: RunUsage, tasks: number): RunUsage {
  return { ...usage, transitions: usage.transitions + 2 * tasks };
}

/** What the report says exactly, and that its events are no fewer than were written. */
function differences(report: Report, { usage, seconds, historyEvents }: CountedRun): string[] {
  const said: readonly (readonly [what: string, predicted: number, counted: number])[] = [
    ['transitions', report.transitions, usage.transitions],
    ['Lambda calls', report.lambda_calls, usage.lambdaCalls],
    ['read units', report.read_units, usage.reads],
    ['write units', report.write_units, usage.writes],
    ['seconds', report.expected_makespan_sec, seconds],
    ['USD', report.estimated_cost_usd, costInUsd(usage)],
  ];
  const problems = said.flatMap(([what, predicted, counted]) =>
    predicted === counted ? [] : [`${predicted} ${what}, counted ${counted}`],
  );
  if (report.estimated_events < historyEvents) problems.push(`${report.estimated_events} events, counted ${historyEvents}`);
  return problems;
}
