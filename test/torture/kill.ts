import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_FILE } from '../../lib/local/local-platform.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { checkRun } from './check-run.ts';
import type { KillPlan } from './kill-plan.ts';
import { type Moment, momentOf } from './moments.ts';
import { randomOf } from './random.ts';
import { endOf, type RunEnd } from './reference.ts';
import { type Death, type Outcome, resumeRun, runPlan, showRuns } from './victim.ts';

/** Exit codes of the command line: the run has come to its end, without failures or with some. */
const ENDED: readonly (number | null)[] = [0, 1];
/** Another process has the run, or there is nothing to be done. */
const REFUSED = 2;
const MOST_DEATHS = 5;
/** How often a process that resumes a run is killed too. */
const DIES_AGAIN = 0.4;
/** How often two processes resume a run at once. */
const HAS_RIVAL = 0.2;
/** Steps with which a resume settles the run, queues its next execution, plans and starts it. */
const STEPS_OF_TAKING_UP = 12;
/** Accepted, started, ended; settled, queued, planned, started, ended. */
const CHANGES_OF_RUN = 3;
const CHANGES_OF_RESUME = 5;
/** Beyond the undisturbed time: a process may be slower than that. */
const LATEST = 1.15;

/** What an undisturbed run of a plan is like. */
export interface Undisturbed {
  readonly plan: KillPlan;
  readonly planPath: string;
  readonly end: RunEnd;
  readonly ms: number;
  /** When it was written down. */
  readonly begunMs: number;
  readonly steps: number;
}

export interface KillOptions {
  readonly undisturbed: Undisturbed;
  readonly seed: number;
  readonly index: number;
  readonly dataDir: string;
}

export interface KillReport {
  readonly index: number;
  readonly dataDir: string;
  /** One for each death, in words. */
  readonly deaths: readonly string[];
  readonly moments: readonly Moment[];
  readonly problems: readonly string[];
}

/** Runs a plan to its end in a folder, with nobody disturbing it. */
export async function measure(plan: KillPlan, folder: string): Promise<Undisturbed> {
  mkdirSync(folder, { recursive: true });
  const planPath = join(folder, 'plan.json');
  writeFileSync(planPath, JSON.stringify(plan));
  const dataDir = join(folder, 'undisturbed');
  const { ms, begunMs = ms, steps = 0, stderr } = await runPlan(planPath, dataDir);
  const { runId } = momentOf(dataDir);
  if (runId === undefined) throw new Error(`the plan could not be run: ${stderr}`);
  const store = new SqliteStore({ path: join(dataDir, STORE_FILE) });
  const end = await endOf(store, runId);
  store.close();
  const problems = await checkRun(dataDir, runId, plan, end, 0);
  if (problems.length > 0) throw new Error(`undisturbed: ${problems.join('; ')}`);
  return { plan, planPath, end, ms, begunMs, steps };
}

/** Kills a run as its seed and index say, once or several times over, takes it to its end and looks whether that is as it should be. */
export async function killRun({ undisturbed, seed, index, dataDir }: KillOptions): Promise<KillReport> {
  const { plan, planPath, end } = undisturbed;
  const random = randomOf(seed, index);
  const deaths: string[] = [];
  const moments: Moment[] = [];
  const report = (problems: readonly string[]): KillReport => ({ index, dataDir, deaths, moments, problems });

  const note = (death: Death, { code }: Outcome): void => {
    const { moment } = momentOf(dataDir);
    moments.push(moment);
    const when = 'ms' in death ? `${Math.round(death.ms)} ms from its ${death.from}` : death.cue;
    deaths.push(`${when}: ${moment}${code === null ? '' : ' (it was over before)'}`);
  };
  const first = nextDeath(random, undisturbed, false);
  note(first, await runPlan(planPath, dataDir, first));
  const { runId } = momentOf(dataDir);
  if (runId === undefined) return report(await checkNothingLeft(undisturbed, dataDir));

  // drawn before anything is looked at, so that a replay draws the same
  const again: Death[] = [];
  while (again.length < MOST_DEATHS && random() < DIES_AGAIN) again.push(nextDeath(random, undisturbed, true));
  const hasRival = random() < HAS_RIVAL;

  for (const death of again) {
    if (momentOf(dataDir).moment === 'after end') break;
    note(death, await resumeRun(runId, dataDir, death));
  }
  const problems: string[] = [];
  if (momentOf(dataDir).moment !== 'after end') {
    const outcomes = await Promise.all([resumeRun(runId, dataDir), ...(hasRival ? [resumeRun(runId, dataDir)] : [])]);
    problems.push(...checkResumed(outcomes));
  }
  problems.push(...checkShown(await showRuns(dataDir, runId), end), ...(await checkRun(dataDir, runId, plan, end, deaths.length)));
  return report(problems);
}

/** Half of the deaths come at any time, a quarter at any step, a quarter where the run changes: those moments are short. */
function nextDeath(random: () => number, { ms, begunMs, steps }: Undisturbed, isResume: boolean): Death {
  const kind = random();
  const early = isResume && random() < 0.6;
  const position = random();
  const when = random() < 0.5 ? 'before' : 'after';
  if (kind < 0.5) {
    const at = position * ms * LATEST;
    return at < begunMs ? { from: 'start', ms: at } : { from: 'first change', ms: at - begunMs };
  }
  if (kind < 0.75) return { cue: `step ${1 + Math.floor(position * (early ? STEPS_OF_TAKING_UP : steps))} ${when}` };
  return { cue: `change ${1 + Math.floor(position * (isResume ? CHANGES_OF_RESUME : CHANGES_OF_RUN))} ${when}` };
}

/** Who is refused a run leaves it to another, or it had nothing left to be done. */
function checkResumed(outcomes: readonly Outcome[]): string[] {
  const odd = outcomes.filter(({ code }) => !ENDED.includes(code) && code !== REFUSED);
  return odd.map(({ code, stdout, stderr }) => `a resume failed: ${code} ${stdout.trim()} ${stderr.trim()}`);
}

function checkShown({ code, stdout }: Outcome, end: RunEnd): string[] {
  const shown = code === 0 ? (JSON.parse(stdout) as { status: string }).status : `exit code ${code}`;
  return shown === end.status ? [] : [`status shows ${shown}, not ${end.status}`];
}

/** The folder is as good as new: it has no run, and takes one. */
async function checkNothingLeft({ plan, planPath, end }: Undisturbed, dataDir: string): Promise<string[]> {
  const { code, stdout, stderr } = await showRuns(dataDir);
  const isEmpty = code === 0 ? stdout.trim() === '{"runs":[]}' : /there are no runs/.test(stdout + stderr);
  const problems = isEmpty ? [] : [`status says ${code} ${stdout} ${stderr}`];
  await runPlan(planPath, dataDir);
  const { runId } = momentOf(dataDir);
  return runId === undefined ? [...problems, 'no run after that'] : [...problems, ...(await checkRun(dataDir, runId, plan, end, 0))];
}
