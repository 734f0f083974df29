import { Expression } from '../lib/local/asl/expression.ts';
import { preparePlan } from '../lib/planning/prepare-plan.ts';
import { planOf } from './contestants/start-task-orchestrator.ts';
import { type Compiled, CompiledRunner } from './measure/compiled-runner.ts';
import { loadDag } from './measure/dag.ts';
import { median } from './measure/median.ts';
import { short, textTable } from './measure/text-table.ts';
import { repeat } from './measure/timed-runs.ts';
import { WORKLOADS } from './measure/workload-names.ts';

/**
 * What expressions cost: the same runs as compiled, where the interpreter walks plain paths by itself, and with every
 * expression in brackets, which it leaves to JSONata. `node bench/jsonata.bench.ts`
 */
const WARM_UP = { runs: 5, ms: 500 };
const MEASURED = { runs: 3, ms: 200 };
const ROUNDS = 5;
const UNLIMITED = 100_000;

const rows: string[][] = [];
for (const { name, label } of WORKLOADS) {
  const dag = loadDag(name);
  const { compilation } = preparePlan(planOf(dag, UNLIMITED));
  const { asCompiled, inBrackets } = await measure(compilation);
  const evaluations = await countEvaluations(compilation);
  const perTask = (value: number): number => value / dag.tasks.length;
  const perEvaluationUs = ((inBrackets - asCompiled) * 1000) / evaluations;
  rows.push([label, ...[asCompiled * 1000, inBrackets * 1000, evaluations].map((value) => short(perTask(value))), short(perEvaluationUs)]);
}
console.log(
  textTable(
    ['without compile', 'plain paths, µs a task', 'all by JSONata, µs a task', 'evaluations a task', 'more for JSONata, µs an evaluation'],
    rows,
  ),
);

/** Median milliseconds a run. */
async function measure(compiled: Compiled): Promise<{ asCompiled: number; inBrackets: number }> {
  const runners = [new CompiledRunner(compiled), new CompiledRunner(withBrackets(compiled))] as const;
  const ms: [number[], number[]] = [[], []];
  for (const runner of runners) await repeat(WARM_UP, () => runner.run());
  for (let round = 0; round < ROUNDS; round++) {
    ms[0].push(...(await repeat(MEASURED, () => runners[0].run())));
    ms[1].push(...(await repeat(MEASURED, () => runners[1].run())));
  }
  for (const runner of runners) runner.stop();
  return { asCompiled: median(ms[0]), inBrackets: median(ms[1]) };
}

function withBrackets({ spec, machines }: Compiled): Compiled {
  const brackets = (definition: string): string => definition.replaceAll(/"\{% (.*?) %\}"/g, '"{% ($1) %}"');
  return { spec, machines: machines.map((machine) => ({ ...machine, definition: brackets(machine.definition) })) };
}

async function countEvaluations(compiled: Compiled): Promise<number> {
  let count = 0;
  const { evaluate } = Expression.prototype;
  Expression.prototype.evaluate = function (scope, field) {
    count++;
    return evaluate.call(this, scope, field);
  };
  const runner = new CompiledRunner(compiled);
  try {
    await runner.run();
  } finally {
    Expression.prototype.evaluate = evaluate;
    runner.stop();
  }
  return count;
}
