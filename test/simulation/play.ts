import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { refOf } from '../../lib/model/execution-ref.ts';
import { isFinalRun } from '../../lib/model/run.ts';
import { controlStateOf } from '../../lib/runtime/control-table.ts';
import { isAtRest } from '../../lib/runtime/wait-for-run.ts';
import { SIMULATION_START } from '../simulate.ts';
import { Deployment } from './deployment.ts';
import { Dice } from './dice.ts';
import type { Sabotage } from './observed-store.ts';
import { RunHistory } from './run-history.ts';
import { changedSimPlan, expectedOutcome, randomSimPlan, SHARED_POOL, type SimPlan, withDecisions } from './sim-plans.ts';
import { makeWeather, type Weather } from './weather.ts';

export interface PlayOptions {
  readonly seed: number;
  readonly sabotage?: Sabotage | undefined;
}

export interface Played {
  readonly seed: number;
  readonly weather: Weather;
  readonly problems: readonly string[];
  /** What was done to it, and what happened. */
  readonly trace: readonly string[];
  readonly controls: number;
  readonly executions: number;
  readonly faults: number;
  /** Its outcome was compared with that of an undisturbed run. */
  readonly compared: boolean;
}

interface SimRun {
  readonly id: string;
  readonly history: RunHistory;
  /** What has been done to it makes its outcome another than that of its plan. */
  altered: boolean;
  versions: number;
}

/** How long anything may take, virtually: an expired gate is entered anew after an hour, or a few. */
const LONGEST_MS = 4 * 24 * 3_600_000;
const MOST_LOOKS = 40_000;
const MOST_RESUMES = 6;
/** In every third play plans decide while they run. */
const DECIDING_EVERY = 3;

/** Plays one seed to its end. */
export async function play({ seed, sabotage }: PlayOptions): Promise<Played> {
  const dice = new Dice(seed);
  const weather = makeWeather(dice);
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const problems: string[] = [];
  const runs = new Map<string, SimRun>();
  const sharing = dice.chance(0.5);
  const sharedLimit = dice.between(1, 3);
  const problem = (what: string): void => void problems.push(what);
  const deployment: Deployment = new Deployment({
    dice,
    clock,
    startMs: SIMULATION_START,
    weather,
    sabotage,
    historyOf: (runId) => runs.get(runId)?.history,
    problem: (what) => {
      problem(what);
      deployment.tell(`PROBLEM ${what}`);
    },
    onEvent: () => {
      const inside = [...runs.values()].flatMap(({ history }) => history.inSharedPool);
      if (inside.length > sharedLimit) problem(`${inside.length} tasks in the shared pool, limit ${sharedLimit}: ${inside.join()}`);
    },
  });
  let controls = 0;
  await deployment.store.putSharedPool({ name: SHARED_POOL, limit: sharedLimit });

  const makeRun = (number: number): SimRun => {
    const id = `run${number}`;
    const longTasks = dice.chance(0.15);
    const simple = randomSimPlan(dice, { planId: `plan${number}`, shared: sharing, longTasks, slowTasks: dice.chance(0.3) });
    const plan = seed % DECIDING_EVERY === 1 ? withDecisions(new Dice(-seed), simple) : simple;
    const claimLagMs = weather.claimLagSec * 1000;
    const history = new RunHistory({
      runId: id,
      plan,
      claimLagMs,
      problem: (what) => {
        problem(what);
        deployment.tell(`PROBLEM ${what}`);
      },
    });
    const run: SimRun = { id, history, altered: false, versions: 0 };
    runs.set(id, run);
    return run;
  };

  /** A client submits until it is told that its run is accepted. */
  const submit = async ({ id, history }: SimRun): Promise<void> => {
    for (let tries = 0; tries < 100; tries++) {
      const request = { plan: history.plan, runId: id, idempotencyKey: id };
      if (await deployment.request(`submit ${id}`, ({ planner }) => planner.submit(request))) return;
      if ((await deployment.store.getRun(id)) !== undefined) return;
      await new Promise<void>((resolve) => clock.setTimer(2000, resolve));
    }
    problem(`${id} could not be submitted`);
  };

  const control = async (run: SimRun): Promise<void> => {
    controls++;
    const { id, history } = run;
    const kind = dice.pick(['cancel', 'pause', 'pause', 'pause', 'resume', 'resume', 'resume', 'retry', 'retry'] as const);
    if (kind !== 'retry') {
      await deployment.request(`${kind} ${id}`, ({ controls: own }) => own[kind](id));
      return;
    }
    const changed = dice.chance(0.4) ? changedSimPlan(dice, history.plan, ++run.versions) : undefined;
    const maxRetries = dice.chance(0.4) ? dice.between(0, 3) : undefined;
    if (maxRetries !== undefined) run.altered = true;
    const text = `retry ${id}${changed === undefined ? '' : ` changed to ${run.versions}`}${maxRetries === undefined ? '' : ` with ${maxRetries}`}`;
    await deployment.request(text, ({ controls: own }) => own.retry(id, { plan: changed, maxRetries }));
  };

  const later = (sec: number, work: () => Promise<void>): void => {
    clock.setTimer(sec * 1000, () => {
      work().catch((error: unknown) => problem(`the simulation failed: ${error instanceof Error ? error.stack : String(error)}`));
    });
  };

  for (let number = 1; number <= (sharing || dice.chance(0.1) ? 2 : 1); number++) {
    const run = makeRun(number);
    later(number === 1 ? 0 : dice.between(0, 20), () => submit(run));
  }
  const horizonSec = dice.pick([20, 60, 200, 600]);
  for (let n = dice.pick([0, 1, 2, 3, 5, 8]); n > 0; n--) {
    const run = dice.pick([...runs.values()]);
    const atSec = dice.roll() * horizonSec;
    const many = dice.chance(0.2) ? dice.between(2, 4) : 1;
    for (let i = 0; i < many; i++) later(atSec, () => control(run));
  }
  for (let n = dice.pick([0, 0, 1, 2]); n > 0; n--) {
    later(dice.roll() * horizonSec, async () => {
      const running = deployment.running();
      if (running.length > 0) await deployment.stopFromOutside(dice.pick(running));
    });
  }
  for (let n = weather.oneProcess ? dice.pick([0, 0, 1, 2]) : 0; n > 0; n--)
    later(dice.roll() * horizonSec, () => deployment.dieAndTakeUp());

  /** Until nothing happens any more. */
  const settle = async (): Promise<void> => {
    const until = clock.now() + LONGEST_MS;
    await clock.advanceBy(Math.max(weather.calmAfterSec, horizonSec) * 1000 + 1000);
    for (let looks = 0; problems.length === 0; looks++) {
      const statuses = await Promise.all([...runs.keys()].map(async (id) => (await deployment.store.getRun(id))?.status));
      const resting = statuses.every((status) => status !== undefined && isAtRest({ status }));
      if (resting && deployment.underWay === 0 && deployment.running().length === 0) return;
      if (clock.now() > until || looks > MOST_LOOKS) {
        await describeWaits(deployment);
        problem(`it does not end: ${statuses.join()}; ${deployment.underWay} under way, running ${deployment.running().join()}`);
        return;
      }
      await clock.advanceBy(clock.now() - until + LONGEST_MS > 3_600_000 ? 60_000 : 10_000);
    }
  };

  try {
    await settle();
    for (let resumes = 0; problems.length === 0; resumes++) {
      const states = await Promise.all(
        [...runs.values()].map(async (run) => ({ run, state: controlStateOf((await deployment.store.getControl(run.id))!) })),
      );
      const left = states.filter(({ state }) => state === 'paused' || state === 'interrupted');
      if (left.length === 0) break;
      if (resumes > MOST_RESUMES) problem(`${left.map(({ run }) => run.id).join()} cannot be brought to an end`);
      for (const { run } of left)
        await Promise.race([deployment.request(`resume ${run.id}`, (parts) => parts.controls.resume(run.id)), clock.advanceBy(60_000)]);
      await settle();
    }
    if (problems.length === 0) await checkEnds(deployment, [...runs.values()], weather, problem);
  } catch (error) {
    problem(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const executions = [...runs.values()].reduce((sum, { history }) => sum + history.execution, 0);
  const compared = weather.gentle && [...runs.values()].some(({ altered }) => !altered);
  const trace = [JSON.stringify(weather), ...[...runs.values()].map(({ history }) => describePlan(history.plan)), ...deployment.trace];
  deployment.store.close();
  return { seed, weather, problems, trace, controls, executions, faults: deployment.trace.length, compared };
}

/** What has to be so once all runs have ended. */
async function checkEnds(
  deployment: Deployment,
  runs: readonly SimRun[],
  weather: Weather,
  problem: (what: string) => void,
): Promise<void> {
  const { store } = deployment;
  const sums = { plans_executed: 0, tasks_executed: 0, tasks_completed: 0, tasks_failed: 0, tasks_retried: 0, tokens_used: 0 };
  for (const { id, history, altered } of runs) {
    const run = (await store.getRun(id))!;
    const control = (await store.getControl(id))!;
    const totals = await store.countTasks(id);
    if (!isFinalRun(run.status)) problem(`${id} is ${run.status}`);
    if (JSON.stringify(run.totals) !== JSON.stringify(totals))
      problem(`${id} has totals ${JSON.stringify(run.totals)}, its tasks ${JSON.stringify(totals)}`);
    if (totals.unfinished !== 0) problem(`${id} has unfinished tasks: ${JSON.stringify(totals)}`);
    sums.plans_executed++;
    sums.tasks_executed += totals.executed;
    sums.tasks_completed += totals.completed;
    sums.tasks_failed += totals.failed;
    sums.tasks_retried += totals.retries;
    sums.tokens_used += totals.tokens;

    const spec = await store.getSpec(refOf({ runId: id, execution: control.planned }));
    const items = new Map((await store.listTasks(id)).map((item) => [item.ordinal, item]));
    const progress = new Map((await store.listProgress(id)).map((item) => [item.ordinal, item]));
    const present = spec!.tasks.filter(({ removed }) => removed !== true);
    const expected = expectedOutcome(history.plan);
    for (const { ordinal, id: taskId, dependencies, rule } of present) {
      const item = items.get(ordinal)!;
      const bad = dependencies.filter((each) => items.get(each)!.status !== 'completed');
      const needsAll = rule === undefined || rule.name === 'all_success';
      if (item.status === 'completed' && needsAll && bad.length > 0) problem(`${id}: ${taskId} has completed without its dependencies`);
      if (item.status === 'blocked' && bad.length === 0) problem(`${id}: ${taskId} is blocked by nothing`);
      if (item.status === 'cancelled' && run.status === 'completed') problem(`${id} has completed with ${taskId} cancelled`);
      if (!weather.gentle || altered || history.gaveUpOnReport || run.status === 'cancelled' || history.plan.on_failure === 'fail_fast')
        continue;
      const { status, outputs } = expected.get(taskId)!;
      if (item.status !== status) problem(`${id}: ${taskId} is ${item.status} (${JSON.stringify(item.error)}), undisturbed ${status}`);
      else if (JSON.stringify(item.outputs) !== JSON.stringify(outputs))
        problem(`${id}: ${taskId} has ${JSON.stringify(item.outputs)}, undisturbed ${JSON.stringify(outputs)}`);
      const failures = progress.get(ordinal)!.failures;
      if (failures > deployment.agents.failuresOf(id, taskId))
        problem(`${id}: ${taskId} has ${failures} failures, of which it made ${deployment.agents.failuresOf(id, taskId)}`);
    }
    const status = totals.failed + totals.cancelled === 0 ? 'completed' : 'failed';
    if (run.status !== status && run.status !== 'cancelled') problem(`${id} has ended ${run.status}: ${JSON.stringify(totals)}`);
    if (run.status === 'failed' && controlStateOf(control) === 'interrupted') problem(`${id} is interrupted still`);
  }
  const statistics = await store.getStatistics();
  if (JSON.stringify(statistics) !== JSON.stringify(sums))
    problem(`statistics are ${JSON.stringify(statistics)}, the runs come to ${JSON.stringify(sums)}`);
  for (const { name, held, waiting_runs } of await store.listSharedPools()) {
    if (held + waiting_runs > 0) problem(`the shared pool ${name} has ${held} places taken and ${waiting_runs} runs waiting`);
  }
}

function describePlan({ plan_id, on_failure, tasks, pools, resource_budget }: SimPlan): string {
  const lines = tasks.map(
    ({ task_id, dependencies, pool, trigger_rule, timeout_seconds, retry_policy, metadata: { mock } }) =>
      `  ${task_id} ${trigger_rule ?? ''} <- ${dependencies.map((each) => each.task_id + (each.condition ? `[${each.condition}]` : '')).join(' ')} ${mock.duration_sec} s of ${timeout_seconds}, fails ${mock.fail_times} of ${retry_policy.max_retries}${pool === null ? '' : ` in ${pool}`}${mock.later ? ' later' : ''}`,
  );
  return `${plan_id} ${on_failure ?? ''} limit ${resource_budget.max_parallel_tasks} pools ${JSON.stringify(pools)}\n${lines.join('\n')}`;
}

/** Who holds and waits for what, when nothing happens any more. */
async function describeWaits(deployment: Deployment): Promise<void> {
  const { store } = deployment;
  for (const { name, held, waiting_runs } of await store.listSharedPools()) {
    deployment.tell(`pool ${name}: ${held} held by ${JSON.stringify(await store.listSharedHolders('', name))}, ${waiting_runs} runs wait`);
  }
  for (const { run_id: runId } of await store.listRuns(10)) {
    const control = (await store.getControl(runId))!;
    const ref = refOf({ runId, execution: control.execution });
    const spec = await store.getSpec(ref);
    if (spec === undefined || control.status !== 'executing') continue;
    const items = new Map((await store.listProgress(runId)).map((item) => [item.ordinal, item]));
    for (const { ordinal, id, gate } of spec.tasks) {
      const tokens = await store.listTokens(ref, ordinal);
      const holds =
        gate !== undefined &&
        (
          await store.listHolders(ref, [
            ...gate.pools.map((pool) => ({ pool, limit: 1 })),
            ...(gate.sharedPool === undefined ? [] : [{ pool: gate.sharedPool, limit: 'shared' as const }]),
          ])
        ).includes(ordinal);
      const isWaiting = await store.isWaiting(ref, ordinal);
      deployment.tell(
        `${runId} ${id}: ${items.get(ordinal)?.status} gate ${JSON.stringify(gate)} tokens ${tokens.length} holds ${holds} waits ${isWaiting}`,
      );
    }
  }
}
