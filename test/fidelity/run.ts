import { parseArgs } from 'node:util';
import { timed } from '../e2e/timed.ts';
import { ORACLE_FILES, readCases } from '../local/asl/oracle-case.ts';
import { givenPlans } from './given-plans.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { Oracle } from './oracle/oracle.ts';
import { setUpOracle } from './oracle/set-up.ts';
import { comparePlanRun, type PlanRunResult } from './plan-run.ts';
import { randomRuns } from './random-runs.ts';
import { compareCase } from './reference-cases.ts';
import { scenariosOf } from './scenarios.ts';
import { Tally } from './tally.ts';

/*
 * The local interpreter and an independent one do the same with the same machines and the same answers of functions: event by event.
 *
 *   node test/fidelity/run.ts [--plans 500] [--seed 1] [--plan N] [--tasks N] [--minutes N] [--only name]
 *
 *   --plans  so many random plans; --seed which; --plan only the one of this number
 *   --tasks  examples and workloads up to this size only. Default: every one
 *   --minutes  begins nothing more after so long, says what was left out and exits with 3
 *   --only   examples, workloads and cases of this name
 */
const { values } = parseArgs({
  options: {
    plans: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    plan: { type: 'string' },
    tasks: { type: 'string', default: 'Infinity' },
    minutes: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
  },
});

const tally = new Tally();
const rejected: string[] = [];
const oracle = new Oracle(await timed('set up the oracle', setUpOracle));
const endsAtMs = performance.now() + Number(values.minutes) * 60_000;
const jobs = [...planJobs(), ...randomJobs(), ...caseJobs()];
await timed(`${jobs.length} comparisons`, () => Promise.all(Array.from({ length: oracle.processes }, workOff)));
await oracle.close();

tally.print();
if (jobs.length > 0) console.log(`Left out, the time being up (${jobs.length}): ${jobs.map(({ what }) => what).join('; ')}`);
console.log(`Not supported here, so not compared: ${rejected.length === 0 ? 'none' : rejected.join(', ')}\n\nKnown differences:`);
for (const known of KNOWN_DIFFERENCES) console.log(`- ${known}`);
const { compared, differences, lacking } = tally;
for (const each of lacking) console.error(each);
const failed = differences + lacking.length;
console.log(`\n Tests  ${failed > 0 ? `${failed} failed | ` : ''}${compared - differences} passed (${compared})`);
process.exitCode = failed > 0 ? 1 : jobs.length > 0 ? 3 : 0;

interface Job {
  readonly what: string;
  readonly run: () => Promise<void>;
}

function planJobs(): Job[] {
  if (values.plan !== undefined) return [];
  const plans = [...givenPlans(Number(values.tasks))].filter(([name]) => isAsked(name));
  return plans.flatMap(([name, plan]) =>
    scenariosOf(plan).map((scenario) => {
      const what = `${scenario.name}, ${name}`;
      const compare = (): Promise<PlanRunResult> => comparePlanRun(name, scenario, oracle);
      const isLarge = plan.tasks.length >= 1000;
      return { what, run: async () => tally.add(scenario.name, name, await (isLarge ? timed(what, compare) : compare())) };
    }),
  );
}

function randomJobs(): Job[] {
  if (values.only !== undefined) return [];
  const seed = Number(values.seed);
  const runs = [...randomRuns(seed, values.plan === undefined ? Number(values.plans) : Number(values.plan) + 1).entries()];
  return runs
    .filter(([number]) => values.plan === undefined || number === Number(values.plan))
    .map(([number, run]) => {
      const id = `--seed ${seed} --plan ${number}`;
      return { what: id, run: async () => tally.add(run.name, id, await comparePlanRun(id, run, oracle)) };
    });
}

function caseJobs(): Job[] {
  if (values.plan !== undefined) return [];
  const stored = ORACLE_FILES.flatMap((file) => readCases(file).map((each) => [file.replace('.jsonl', ''), each] as const));
  return stored
    .filter(([, { id }]) => isAsked(id))
    .map(([row, each]) => ({
      what: each.id,
      run: async () => {
        const difference = await compareCase(each, oracle);
        if (difference === 'rejected') rejected.push(each.id);
        else tally.add(row, each.id, { difference });
      },
    }));
}

function isAsked(name: string): boolean {
  return values.only === undefined || name.includes(values.only);
}

async function workOff(): Promise<void> {
  while (jobs.length > 0 && performance.now() < endsAtMs) {
    await jobs.shift()!.run();
    if (jobs.length > 0 && jobs.length % 100 === 0) console.log(`${jobs.length} left`);
  }
}
