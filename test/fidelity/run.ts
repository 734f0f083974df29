import { parseArgs } from 'node:util';
import { timed } from '../e2e/timed.ts';
import { ORACLE_FILES, readCases } from '../local/asl/oracle-case.ts';
import { givenPlans } from './given-plans.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { Oracle } from './oracle/oracle.ts';
import { setUpOracle } from './oracle/set-up.ts';
import { comparePlanRun } from './plan-run.ts';
import { randomRuns } from './random-runs.ts';
import { compareCase } from './reference-cases.ts';
import { scenariosOf } from './scenarios.ts';
import { type Comparison, type Named, nameOf, Tally } from './tally.ts';

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
/** Jobs that came to a difference while others ran beside them. */
const doubtful: Job[] = [];
await timed(`${jobs.length} comparisons`, () => Promise.all(Array.from({ length: oracle.processes }, workOff)));
for (const job of doubtful) await repeatAlone(job);
await oracle.close();

tally.print();
if (jobs.length > 0) console.log(`Left out, the time being up (${jobs.length}): ${jobs.map(nameOf).join('; ')}`);
console.log(`Not supported here, so not compared: ${rejected.length === 0 ? 'none' : rejected.join(', ')}\n\nKnown differences:`);
for (const known of KNOWN_DIFFERENCES) console.log(`- ${known}`);
const { compared, differences, lacking } = tally;
for (const each of lacking) console.error(each);
const failed = differences + lacking.length;
console.log(`\n Tests  ${failed > 0 ? `${failed} failed | ` : ''}${compared - differences} passed (${compared})`);
process.exitCode = failed > 0 ? 1 : jobs.length > 0 ? 3 : 0;

interface Job extends Named {
  readonly compare: () => Promise<Comparison | 'rejected'>;
}

function planJobs(): Job[] {
  if (values.plan !== undefined) return [];
  const plans = [...givenPlans(Number(values.tasks))].filter(([name]) => isAsked(name));
  return plans.flatMap(([name, plan]) =>
    scenariosOf(plan).map((scenario) => {
      const named = { row: scenario.name, id: name };
      const compare = (): Promise<Comparison> => comparePlanRun(name, scenario, oracle);
      const isLarge = plan.tasks.length >= 1000;
      return { ...named, compare: isLarge ? () => timed(nameOf(named), compare) : compare };
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
      return { row: run.name, id, compare: () => comparePlanRun(id, run, oracle) };
    });
}

function caseJobs(): Job[] {
  if (values.plan !== undefined) return [];
  const stored = ORACLE_FILES.flatMap((file) => readCases(file).map((each) => [file.replace('.jsonl', ''), each] as const));
  return stored
    .filter(([, { id }]) => isAsked(id))
    .map(([row, each]) => ({
      row,
      id: each.id,
      compare: async () => {
        const difference = await compareCase(each, oracle);
        return difference === 'rejected' ? difference : { difference };
      },
    }));
}

function isAsked(name: string): boolean {
  return values.only === undefined || name.includes(values.only);
}

async function workOff(): Promise<void> {
  while (jobs.length > 0 && performance.now() < endsAtMs) {
    const job = jobs.shift()!;
    const comparison = await job.compare();
    if (comparison === 'rejected') rejected.push(job.id);
    else if (comparison.difference === undefined) tally.add(job, comparison);
    else {
      tally.tell(job, comparison.difference);
      doubtful.push(job);
    }
    if (jobs.length > 0 && jobs.length % 100 === 0) console.log(`${jobs.length} left`);
  }
}

/** The oracle lives on the machine's clock: on a busy one its own time may be up. What differs for another reason does so again. */
async function repeatAlone(job: Job): Promise<void> {
  const comparison = await job.compare();
  if (comparison === 'rejected') throw new Error(`${job.id} was accepted before`);
  tally.addRepeated(job, comparison);
}
