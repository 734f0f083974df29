import { checkEvents } from '../test/check-events.ts';
import { simulate } from '../test/simulate.ts';
import { workloadPlan } from '../test/workload-plan.ts';
import { dependenciesOf, loadWorkload, WORKLOADS } from '../test/workloads.ts';
import { idealMakespanSec, scheduleBounds, type TimedTask } from './measure/ideal-schedule.ts';
import { textTable } from './measure/text-table.ts';

/**
 * How well free places are given out: makespans of simulated runs under `max_parallel_tasks`, against an ideal list scheduler by
 * longest remaining path and against the bound of list scheduling. `node bench/schedule.bench.ts [workload…]`
 */
const LIMITS = [1, 3, 10, 40] as const;
/** The mock plays whole milliseconds. */
const ROUNDING_SEC = 0.1;

interface Measure {
  readonly toIdeal: number;
  readonly toBound: number;
}

const chosen = process.argv.slice(2);
const names = chosen.length > 0 ? chosen : WORKLOADS;
const rows: string[][] = [];
const measures: Measure[][] = [];
let isAboveBound = false;

for (const name of names) {
  process.stderr.write(`${name}\n`);
  const workload = loadWorkload(name);
  const dependencies = dependenciesOf(workload);
  const tasks = workload.tasks.map(({ runtime_sec: seconds }, task): TimedTask => ({ seconds, dependencies: dependencies[task]! }));
  const { criticalPathSec, workSec, boundSec } = scheduleBounds(tasks);
  const measured: Measure[] = [];
  for (const limit of LIMITS) {
    const oursSec = await makespanSec(name, limit);
    if (oursSec > boundSec(limit) + ROUNDING_SEC) isAboveBound = true;
    measured.push({ toIdeal: oursSec / idealMakespanSec(tasks, limit), toBound: oursSec / boundSec(limit) });
  }
  measures.push(measured);
  const sizes = [tasks.length.toString(), criticalPathSec.toFixed(1), workSec.toFixed(0)];
  rows.push([name, ...sizes, ...measured.map(({ toIdeal, toBound }) => `${toIdeal.toFixed(3)} (${toBound.toFixed(2)})`)]);
}

const meanOf = (column: number): number => measures.reduce((sum, measured) => sum + measured[column]!.toIdeal, 0) / measures.length;
rows.push(['mean', '', '', '', ...LIMITS.map((_, column) => meanOf(column).toFixed(3))]);
console.log('Makespan: ours / ideal (ours / bound), by the most tasks at once\n');
console.log(textTable(['workload', 'tasks', 'critical path, s', 'work, s', ...LIMITS.map(String)], rows));
if (isAboveBound) {
  console.log('\nSome are above the bound.');
  process.exitCode = 1;
}

/** Of a run that is checked. */
async function makespanSec(name: string, limit: number): Promise<number> {
  const plan = workloadPlan(loadWorkload(name), { maxParallel: limit });
  const { events } = await simulate(plan);
  const { problems, makespanSec: seconds } = checkEvents(plan, events, limit);
  if (problems.length > 0) throw new Error(`${name}, limit ${limit}: ${problems[0]}`);
  return seconds;
}
