import { parseArgs } from 'node:util';
import { preparePlan } from '../lib/planning/prepare-plan.ts';
import { planOf } from './contestants/start-task-orchestrator.ts';
import { buildWorkers } from './measure/build-workers.ts';
import { loadDag } from './measure/dag.ts';
import { median } from './measure/median.ts';
import { loadContestant, OUR_MODULES } from './measure/module-urls.ts';
import { QUICK, runRounds, THOROUGH } from './measure/rounds.ts';
import { type ScoreRow, scoreTable } from './measure/score-table.ts';
import { short, textTable } from './measure/text-table.ts';
import { repeat } from './measure/timed-runs.ts';
import { WORKLOADS } from './measure/workload-names.ts';

/** What this project costs a task: `node bench/run.bench.ts [--quick]`. The store is on disk; from submit to result, compiling included. */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const options = values.quick ? QUICK : THOROUGH;

const built = await buildWorkers(OUR_MODULES);
const names = await Promise.all(built.contestants.map(async (url) => ({ url, contestant: await loadContestant(url) })));
const scores = await runRounds(built.worker, new Map(names.map(({ url, contestant }) => [contestant.name, url])), options);
const rows: ScoreRow[] = [];
for (const { contestant } of names) {
  const score = scores.get(contestant.name)!;
  if (score instanceof Error) throw score;
  rows.push({ ...contestant, score });
}

console.log(`${scoreTable(rows)}\n`);
console.log(await compileTable(rows[0]!));

/** How much of it is parsing and compiling the plan. */
async function compileTable({ score }: ScoreRow): Promise<string> {
  const compileMs: number[] = [];
  for (const { name } of WORKLOADS) {
    const dag = loadDag(name);
    const plan = planOf(dag, dag.tasks.length);
    const compileOnce = (): number => {
      const fromMs = performance.now();
      preparePlan(plan, { makeId: () => 'plan' });
      return performance.now() - fromMs;
    };
    await repeat(options.warmUp, compileOnce);
    compileMs.push(median(await repeat(options.measured, compileOnce)) / dag.tasks.length);
  }
  const total = WORKLOADS.map(({ name }) => score.msPerTask.get(name)!);
  return textTable(
    ['ms a task', ...WORKLOADS.map(({ label }) => label)],
    [
      ['submit to result', ...total.map(short)],
      ['of that, parse and compile', ...compileMs.map(short)],
      ['without compile', ...total.map((ms, i) => short(ms - compileMs[i]!))],
    ],
  );
}
