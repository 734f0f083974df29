import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { isFinalRun } from '../../lib/model/run.ts';
import { controlStateOf } from '../../lib/runtime/control-table.ts';
import type { Run } from '../../lib/runtime/ports/runs.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import { isAtRest } from '../../lib/runtime/wait-for-run.ts';
import { SIMULATION_START } from '../simulate.ts';
import { Deployment } from '../simulation/deployment.ts';
import { Dice } from '../simulation/dice.ts';
import type { Sabotage } from '../simulation/observed-store.ts';
import { outputsOf } from '../simulation/sim-plans.ts';
import { makeWeather } from '../simulation/weather.ts';

export interface Played {
  readonly problems: readonly string[];
  readonly trace: readonly string[];
  readonly children: number;
  readonly controls: number;
  /** Its outcome was compared with that of an undisturbed run. */
  readonly compared: boolean;
}

const LONGEST_MS = 4 * 24 * 3_600_000;
const MOST_RESUMES = 12;
const ROOT = 'root';

const script = (dice: Dice) => ({
  duration_sec: dice.pick([0, 1, 5, 20, 60]),
  fail_times: dice.chance(0.15) ? 1 : 0,
  later: dice.chance(0.1),
});

function playedTask(dice: Dice, task_id: string, dependencies: readonly string[], inputs: object = {}): object {
  return {
    task_id,
    inputs,
    dependencies: dependencies.map((id) => ({ task_id: id })),
    timeout_seconds: dice.chance(0.1) ? 4000 : 100,
    retry_policy: { max_retries: 1, initial_delay_sec: 1 },
    metadata: { mock: script(dice) },
  };
}

/** `leaf`: two or three tasks in a row; `middle`: a task, then a leaf; the root: some of both. */
function plansOf(dice: Dice): { leaf: object; middle: object; root: object } {
  const leaf = {
    tasks: [
      playedTask(dice, 'a', [], { given: '{{context.x}}' }),
      playedTask(dice, 'b', ['a']),
      ...(dice.chance(0.5) ? [playedTask(dice, 'c', [])] : []),
    ],
  };
  const sub = (task_id: string, plan_ref: string, x: string, from: string, more: object = {}): object => ({
    task_id,
    task_type: 'compound',
    plan_ref,
    inputs: { x },
    outputs: { y: from },
    retry_policy: { max_retries: dice.pick([0, 1, 2]), initial_delay_sec: 1 },
    ...more,
  });
  const middle = { tasks: [playedTask(dice, 'm', []), sub('l', 'leaf', '{{m.response}}-{{context.x}}', '{{a.response}}')] };
  const names = Array.from({ length: dice.between(1, 4) }, (_, n) => `s${n}`);
  const subs = names.map((name) => {
    const isDeep = dice.chance(0.4);
    return sub(name, isDeep ? 'middle' : 'leaf', '{{first.response}}', isDeep ? '{{l.y}}' : '{{a.response}}');
  });
  const root = {
    plan_id: ROOT,
    tasks: [
      playedTask(dice, 'first', []),
      ...subs,
      playedTask(dice, 'last', [], Object.fromEntries(names.map((name) => [name, `{{${name}.y}}`]))),
    ],
    resource_budget: { max_parallel_tasks: dice.pick([1, 2, 10]) },
  };
  return { leaf, middle, root };
}

/** Plays one seed to its end: a run with child runs, in which everything goes wrong at random. */
export async function playFaults(seed: number, sabotage?: Sabotage): Promise<Played> {
  const dice = new Dice(seed);
  const weather = makeWeather(dice);
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const problems: string[] = [];
  const deployment: Deployment = new Deployment({
    dice,
    clock,
    startMs: SIMULATION_START,
    weather,
    sabotage,
    historyOf: () => undefined,
    problem: (what) => {
      problems.push(what);
      deployment.tell(`PROBLEM ${what}`);
    },
    onEvent: () => {},
  });
  const { store } = deployment;
  const plans = plansOf(dice);
  for (const name of ['leaf', 'middle'] as const) {
    const plan = JSON.parse(JSON.stringify(plans[name]));
    await store.putStoredPlan({ name, plan, task_count: plan.tasks.length, updated_at: new Date(SIMULATION_START).toISOString() });
  }
  let controls = 0;
  let altered = false;
  const allRuns = (): Promise<Run[]> => store.listRuns(100);
  const later = (sec: number, work: () => Promise<unknown>): void => {
    clock.setTimer(sec * 1000, () => {
      work().catch((error: unknown) => problems.push(`the simulation failed: ${error instanceof Error ? error.stack : String(error)}`));
    });
  };
  const request = (kind: 'cancel' | 'pause' | 'resume' | 'retry', runId: string) =>
    deployment.request(`${kind} ${runId}`, (parts) => parts.controls[kind](runId));

  later(0, async () => {
    for (let tries = 0; tries < 100; tries++) {
      const submit = { plan: plans.root, runId: ROOT, idempotencyKey: ROOT };
      if (await deployment.request('submit', ({ planner }) => planner.submit(submit))) return;
      if ((await store.getRun(ROOT)) !== undefined) return;
      await new Promise<void>((resolve) => clock.setTimer(2000, resolve));
    }
  });
  const horizonSec = dice.pick([20, 60, 200, 600]);
  for (let n = dice.pick([0, 1, 2, 4, 8]); n > 0; n--) {
    later(dice.roll() * horizonSec, async () => {
      controls++;
      const runs = await allRuns();
      const run = dice.chance(0.5) ? ROOT : runs.length === 0 ? ROOT : dice.pick(runs).run_id;
      const kind = dice.pick(['cancel', 'pause', 'pause', 'pause', 'resume', 'resume', 'resume', 'retry', 'retry'] as const);
      if (kind === 'cancel' || kind === 'retry') altered = true;
      await request(kind, run);
    });
  }
  for (let n = dice.pick([0, 0, 1, 2]); n > 0; n--) {
    later(dice.roll() * horizonSec, async () => {
      const running = deployment.running();
      if (running.length > 0) await deployment.stopFromOutside(dice.pick(running));
      altered = true; // a child run that is interrupted is a failure of its task
    });
  }
  for (let n = weather.oneProcess ? dice.pick([0, 0, 1, 2]) : 0; n > 0; n--)
    later(dice.roll() * horizonSec, () => deployment.dieAndTakeUp());

  /** Until nothing happens any more. */
  const settle = async (): Promise<void> => {
    const until = clock.now() + LONGEST_MS;
    await clock.advanceBy(Math.max(weather.calmAfterSec, horizonSec) * 1000 + 1000);
    while (problems.length === 0) {
      const runs = await allRuns();
      const isQuiet = deployment.underWay === 0 && runs.every((run) => isAtRest(run) || run.status === 'executing');
      // those that wait for a child run that somebody has paused go on with that
      if (isQuiet && (runs.every(isAtRest) || (await waitForPaused(runs)))) return;
      if (clock.now() > until) {
        problems.push(
          `it does not end: ${runs.map(({ run_id, status }) => `${run_id} ${status}`).join()}; ${deployment.underWay} under way`,
        );
        return;
      }
      await clock.advanceBy(clock.now() - until + LONGEST_MS > 3_600_000 ? 60_000 : 10_000);
    }
  };
  /** Whether every run that executes has nothing under way but child runs that are paused, or wait for such. */
  const waitForPaused = async (runs: readonly Run[]): Promise<boolean> => {
    if (!runs.some(({ status, parent_run_id }) => status === 'paused' && parent_run_id !== undefined)) return false;
    const before = deployment.trace.length;
    await clock.advanceBy(2 * 3_600_000);
    return deployment.trace.slice(before).every((line) => !line.includes(' task.'));
  };

  const specOf = async (runId: string) => store.getSpec(refFor(runId, (await store.getControl(runId))!.planned));
  const itemOf = async (runId: string, ordinal: number): Promise<TaskItem | undefined> =>
    (await store.readTasks(runId, [ordinal], [ordinal])).tasks.get(ordinal);

  try {
    await settle();
    for (let resumes = 0; problems.length === 0; resumes++) {
      const runs = await allRuns();
      const root = (await store.getControl(ROOT))!;
      const state = controlStateOf(root);
      const paused = runs.filter(
        ({ run_id, status, parent_run_id }) => status === 'paused' && (run_id === ROOT || parent_run_id !== undefined),
      );
      if (state !== 'interrupted' && paused.length === 0) break;
      if (resumes > MOST_RESUMES) problems.push(`${paused.map(({ run_id }) => run_id).join()} cannot be brought to an end`);
      const ids = state === 'interrupted' || state === 'paused' ? [ROOT] : paused.map(({ run_id }) => run_id);
      for (const id of ids) await Promise.race([request('resume', id), clock.advanceBy(60_000)]);
      await settle();
    }
    if (problems.length === 0) await checkEnds();
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  async function checkEnds(): Promise<void> {
    const runs = await allRuns();
    for (const { run_id, status } of runs) if (!isFinalRun(status)) problems.push(`${run_id} is ${status} in the end`);
    for (const child of runs.filter(({ parent_run_id }) => parent_run_id !== undefined)) {
      const spec = await specOf(child.parent_run_id!);
      const record = spec?.tasks.find(({ id }) => id === child.parent_task_id);
      const item = await itemOf(child.parent_run_id!, record?.ordinal ?? -1);
      if (item?.status === 'completed' && child.status !== 'completed' && !altered)
        problems.push(`${child.run_id} is ${child.status}, its task completed`);
    }
    const root = runs.find(({ run_id }) => run_id === ROOT)!;
    if (!weather.gentle || altered) return;
    if (root.status !== 'completed') problems.push(`the root is ${root.status}: ${JSON.stringify(root.error)}`);
    const first = outputsOf('first', {}).response as string;
    const spec = (await specOf(ROOT))!;
    for (const { id, ordinal, subPlan } of spec.tasks) {
      if (subPlan === undefined) continue;
      const m = outputsOf('m', {}).response as string;
      const given = subPlan.planRef === 'leaf' ? first : `${m}-${first}`;
      const expected = { y: outputsOf('a', { given }).response };
      const item = await itemOf(ROOT, ordinal);
      if (JSON.stringify(item?.outputs) !== JSON.stringify(expected)) problems.push(`${id} has ${JSON.stringify(item?.outputs)}`);
    }
  }
  const children = (await allRuns()).length - 1;
  deployment.store.close();
  return { problems, trace: [JSON.stringify(weather), ...deployment.trace], children, controls, compared: weather.gentle && !altered };
}

function refFor(runId: string, execution: number): string {
  return execution === 1 ? runId : `${runId}/${execution}`;
}
