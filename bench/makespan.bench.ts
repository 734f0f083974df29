import { INLINE_MAP_CONCURRENCY } from '../lib/compiler/aws-limits.ts';
import { checkEvents } from '../test/check-events.ts';
import { workloadPlan } from '../test/workload-plan.ts';
import { dependenciesOf, loadWorkload, WORKLOADS, type Workload } from '../test/workloads.ts';
import { compileAs } from './measure/compile-as.ts';
import { countedRun } from './measure/counted-run.ts';
import { idealMakespanSec, scheduleBounds, type TimedTask } from './measure/ideal-schedule.ts';
import { levelBarriers } from './measure/level-barriers.ts';
import { textTable } from './measure/text-table.ts';

/**
 * Makespans on the virtual clock: ours and level barriers against the ideal, which is the critical path where nothing limits a run and
 * list scheduling by longest remaining path otherwise. No overheads: what it takes to enter a state is no part of it.
 * `node bench/makespan.bench.ts [workload…]`
 */
const LIMITS = [undefined, 10, INLINE_MAP_CONCURRENCY] as const;

const chosen = process.argv.slice(2);
const names = chosen.length > 0 ? chosen : WORKLOADS;
const rows: string[][] = [];
const ratios: number[][] = [];

for (const name of names) {
  process.stderr.write(`${name}\n`);
  const workload = loadWorkload(name);
  const timed = timedTasks(workload);
  const toIdeal: number[] = [];
  for (const limit of LIMITS) {
    const idealSec = limit === undefined ? scheduleBounds(timed).criticalPathSec : idealMakespanSec(timed, limit);
    for (const arrange of [undefined, levelBarriers]) {
      const plan = workloadPlan(workload, limit === undefined ? {} : { maxParallel: limit });
      const { events } = await countedRun(compileAs(arrange, plan));
      const { problems, makespanSec } = checkEvents(plan, events, plan.resource_budget.max_parallel_tasks);
      if (problems.length > 0) throw new Error(`${name}, limit ${limit}: ${problems[0]}`);
      toIdeal.push(makespanSec / idealSec);
    }
  }
  ratios.push(toIdeal);
  rows.push([name, `${timed.length}`, scheduleBounds(timed).criticalPathSec.toFixed(1), ...toIdeal.map((ratio) => ratio.toFixed(3))]);
}

const columns = LIMITS.flatMap((limit) => [`ours, ${limit ?? 'no limit'}`, `levels, ${limit ?? 'no limit'}`]);
const summary = (title: string, of: (values: number[]) => number): string[] => [
  title,
  '',
  '',
  ...columns.map((_, column) => of(ratios.map((each) => each[column]!)).toFixed(3)),
];
rows.push(summary('geometric mean', (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)));
rows.push(summary('worst', (values) => Math.max(...values)));
console.log('Makespan / ideal\n');
console.log(textTable(['workload', 'tasks', 'critical path, s', ...columns], rows));

function timedTasks(workload: Workload): TimedTask[] {
  const dependencies = dependenciesOf(workload);
  return workload.tasks.map(({ runtime_sec: seconds }, task) => ({ seconds, dependencies: dependencies[task]! }));
}
