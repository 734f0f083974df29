import { DEFINITION_BYTES } from '../../lib/compiler/aws-limits.ts';
import type { MachineQuotas } from '../../lib/compiler/machine-share.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { PlanningError } from '../../lib/model/errors.ts';
import { refOf } from '../../lib/model/execution-ref.ts';
import { LOCAL_TARGETS, preparePlan } from '../../lib/planning/prepare-plan.ts';
import { controlStateOf } from '../../lib/runtime/control-table.ts';
import { isAtRest } from '../../lib/runtime/wait-for-run.ts';
import { SIMULATION_START } from '../simulate.ts';
import { checkEnds } from './check-ends.ts';
import { Deployment } from './deployment.ts';
import { Dice } from './dice.ts';
import {
  changedNestedSimPlan,
  expectedNestedOutcome,
  isTimeless,
  type NestedSimPlan,
  type NestedSimTask,
  randomNestedSimPlan,
} from './nested-sim-plans.ts';
import type { Sabotage } from './observed-store.ts';
import type { FollowedPlan } from './placed-task.ts';
import { RunHistory } from './run-history.ts';
import {
  changedSimPlan,
  expectedOutcome,
  type PlanKind,
  randomSimPlan,
  SHARED_POOL,
  type SimPlan,
  type SimTask,
  withDecisions,
} from './sim-plans.ts';
import type { SimRun } from './sim-run.ts';
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

const DAY_MS = 24 * 3_600_000;
/** How long anything may take, virtually: an expired gate is entered anew after an hour or a few, in a plan with foreach after a month at the most. */
const LONGEST_MS = 4 * DAY_MS;
const LONGEST_NESTED_MS = 120 * DAY_MS;
const MOST_LOOKS = 40_000;
const MOST_RESUMES = 6;
/** Of these plays the second has plans that decide while they run, the third plans of compounds and foreach. */
const KINDS = 3;
/** Events that an execution of Step Functions may have, so that what does not fit becomes an execution of its own. */
const FEW_EVENTS = [150, 300, 1000];

/** Plays one seed to its end. */
export async function play({ seed, sabotage }: PlayOptions): Promise<Played> {
  const dice = new Dice(seed);
  const weather = makeWeather(dice);
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const problems: string[] = [];
  const runs = new Map<string, SimRun>();
  const isNested = seed % KINDS === 2;
  const machineQuotas =
    isNested && dice.chance(0.5) ? { definitionBytes: DEFINITION_BYTES, historyEvents: dice.pick(FEW_EVENTS) } : undefined;
  const sharing = dice.chance(0.5);
  const sharedLimit = dice.between(1, 3);
  const problem = (what: string): void => void problems.push(what);
  const deployment: Deployment = new Deployment({
    dice,
    clock,
    startMs: SIMULATION_START,
    weather,
    sabotage,
    machineQuotas,
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
    const kind = { planId: `plan${number}`, shared: sharing, longTasks, slowTasks: dice.chance(0.3) };
    const { plan, changed, expected } = isNested ? drawNested(dice, kind, machineQuotas) : drawFlat(dice, kind, seed);
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
    const run: SimRun = { id, history, changed, expected, altered: false, versions: 0 };
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
    const changed = dice.chance(0.4) ? run.changed(history.plan, ++run.versions) : undefined;
    if (changed !== undefined) history.offer(changed);
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
  for (let n = isNested ? dice.pick([0, 0, 1, 2]) : 0; n > 0; n--) {
    later(dice.roll() * horizonSec, async () => {
      const parts = deployment.runningParts();
      if (parts.length > 0) await deployment.stopPart(dice.pick(parts));
    });
  }
  for (let n = weather.oneProcess ? dice.pick([0, 0, 1, 2]) : 0; n > 0; n--)
    later(dice.roll() * horizonSec, () => deployment.dieAndTakeUp());

  /** Until nothing happens any more. */
  const settle = async (): Promise<void> => {
    const beganMs = clock.now();
    const longestMs = isNested ? LONGEST_NESTED_MS : LONGEST_MS;
    await clock.advanceBy(Math.max(weather.calmAfterSec, horizonSec) * 1000 + 1000);
    for (let looks = 0; problems.length === 0; looks++) {
      const statuses = await Promise.all([...runs.keys()].map(async (id) => (await deployment.store.getRun(id))?.status));
      const resting = statuses.every((status) => status !== undefined && isAtRest({ status }));
      if (resting && deployment.underWay === 0 && deployment.running().length === 0) return;
      if (clock.now() > beganMs + longestMs || looks > MOST_LOOKS) {
        await describeWaits(deployment);
        problem(`it does not end: ${statuses.join()}; ${deployment.underWay} under way, running ${deployment.running().join()}`);
        return;
      }
      const sinceMs = clock.now() - beganMs;
      await clock.advanceBy(sinceMs > LONGEST_MS ? 3_600_000 : sinceMs > 3_600_000 ? 60_000 : 10_000);
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

type Drawn = { readonly plan: FollowedPlan } & Pick<SimRun, 'changed' | 'expected'>;

function drawNested(dice: Dice, kind: PlanKind, machineQuotas: MachineQuotas | undefined): Drawn {
  const fits = (plan: NestedSimPlan): boolean => {
    try {
      preparePlan(plan, { targets: { ...LOCAL_TARGETS, machineQuotas }, sharedPools: new Set([SHARED_POOL]) });
      return true;
    } catch (error) {
      if (error instanceof PlanningError && error.message.includes('E5604')) return false;
      throw error;
    }
  };
  let plan = randomNestedSimPlan(dice, kind);
  while (!fits(plan)) plan = randomNestedSimPlan(dice, kind);
  return {
    plan,
    changed: (plan, version) => changedNestedSimPlan(dice, plan as NestedSimPlan, version),
    expected: (plan) => (isTimeless(plan as NestedSimPlan) ? expectedNestedOutcome(plan as NestedSimPlan) : undefined),
  };
}

function drawFlat(dice: Dice, kind: PlanKind, seed: number): Drawn {
  const simple = randomSimPlan(dice, kind);
  return {
    plan: seed % KINDS === 1 ? withDecisions(new Dice(-seed), simple) : simple,
    changed: (plan, version) => changedSimPlan(dice, plan as SimPlan, version),
    expected: (plan) => (plan.on_failure === 'fail_fast' ? undefined : expectedOutcome(plan as SimPlan)),
  };
}

function describePlan({ plan_id, on_failure, tasks, pools, resource_budget }: FollowedPlan): string {
  const lines = tasks.flatMap((task) => describeTask(task as SimTask | NestedSimTask, '  '));
  return `${plan_id} ${on_failure ?? ''} limit ${resource_budget.max_parallel_tasks} pools ${JSON.stringify(pools)}\n${lines.join('\n')}`;
}

function describeTask(task: SimTask | NestedSimTask, indent: string): string[] {
  const { task_id, dependencies = [], trigger_rule = '', timeout_seconds, metadata, retry_policy, ...more } = task;
  const on = dependencies.map((each) => each.task_id + (each.condition ? `[${each.condition}]` : '')).join(' ');
  const { subtasks = [], ...rest } = more as Partial<NestedSimTask>;
  const mock = metadata === undefined ? '' : JSON.stringify(metadata.mock);
  const line = `${indent}${task_id} ${trigger_rule} <- ${on} ${JSON.stringify({ timeout_seconds, ...retry_policy, ...rest })} ${mock}`;
  return [line, ...subtasks.flatMap((subtask) => describeTask(subtask, `${indent}  `))];
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
    if (spec === undefined) continue;
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
