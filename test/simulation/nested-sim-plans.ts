import fc from 'fast-check';
import type { JsonObject } from '../../lib/model/json.ts';
import { ModelRun } from '../reference/model-run.ts';
import { CONDITIONS, randomWholePlan, scriptsOf, type WholeCase } from '../reference/random-whole-plans.ts';
import type { Json, PlanTask, Script, WholePlan } from '../reference/whole-plan.ts';
import type { Dice } from './dice.ts';
import { type FollowedPlan, placeOf } from './placed-task.ts';
import { type Expected, outputsOf, type PlanKind, SHARED_POOL, type SimScript } from './sim-plans.ts';

/** A task, compound or foreach, as the plan has it. */
export interface NestedSimTask extends PlanTask {
  readonly retry_policy?: { readonly max_retries: number; readonly initial_delay_sec?: number; readonly retry_on_timeout?: boolean };
  readonly subtasks?: readonly NestedSimTask[];
  readonly metadata?: { readonly mock: NestedScript };
}

/** How a task behaves; what is not said here follows from its id, so that items differ. */
export interface NestedScript extends SimScript {
  readonly drawn: WholeCase['seed'];
  /** What fails in all attempts of a run fails for ever: otherwise a retry would come to another end. */
  readonly attempts: number;
}

export interface NestedSimPlan extends FollowedPlan<NestedSimTask> {
  readonly on_failure: 'continue' | 'fail_fast';
}

/** A longer timeout than a function lives: such a task's state waits under a token. */
const CALLBACK_TIMEOUT_SEC = 4000;
const ID = /\bt\d+\b|\badded\d+\b/g;
/** Seconds of a compound's timeout that may well be too few. */
const TIGHT_SEC = [10, 30, 60, 150];

/**
 * Plans of tasks, compounds and foreach in each other. In some of them `fail_fast` or a timeout may strike, so that what becomes of a task is a
 * question of time.
 */
export function randomNestedSimPlan(dice: Dice, kind: PlanKind): NestedSimPlan {
  const failFast = dice.chance(0.3);
  const seed = dice.between(0, 0x7fffffff);
  const { plan, seed: drawn } = fc.sample(randomWholePlan({ failFast, limited: true }), { seed, numRuns: 1 })[0]!;
  const tight = dice.chance(0.25);
  const fails = dice.chance(0.7);
  const dress = (task: PlanTask, rounds: number): NestedSimTask => {
    const { pool, subtasks, timeout_seconds, ...rest } = task;
    const maxRetries = task.retry_policy!.max_retries;
    const attempts = rounds * (maxRetries + 1);
    const timed: { readonly timeout_seconds?: number } =
      subtasks === undefined
        ? {}
        : tight && dice.chance(0.5)
          ? { timeout_seconds: dice.pick(TIGHT_SEC) }
          : { ...(timeout_seconds && { timeout_seconds }) };
    const pooled = pool === undefined ? {} : { pool: kind.shared && dice.chance(0.5) ? SHARED_POOL : pool };
    if (subtasks !== undefined) return { ...rest, ...timed, ...pooled, subtasks: subtasks.map((subtask) => dress(subtask, attempts)) };
    const later = dice.chance(0.1);
    const isLong = kind.longTasks && dice.chance(0.15);
    const isTooSlow = kind.slowTasks && dice.chance(0.1);
    return {
      ...rest,
      ...pooled,
      timeout_seconds: isTooSlow ? 2 : isLong ? 10_000 : later ? CALLBACK_TIMEOUT_SEC : 100,
      retry_policy: { max_retries: maxRetries, initial_delay_sec: dice.between(1, 4), retry_on_timeout: dice.chance(0.6) },
      metadata: {
        mock: {
          // it says what no item has otherwise
          duration_sec: isTooSlow ? 5 : isLong ? dice.between(3000, 9000) : -1,
          fail_times: isTooSlow ? -1 : 0,
          later,
          drawn: { ...drawn, failPercent: fails ? drawn.failPercent : 0 },
          attempts,
        },
      },
    };
  };
  return {
    plan_id: kind.planId,
    goal_id: 'v0',
    tasks: plan.tasks.map((task) => dress(task, 1)),
    pools: { narrow: dice.between(1, 3) },
    on_failure: plan.on_failure === 'fail_fast' ? 'fail_fast' : 'continue',
    resource_budget: { max_parallel_tasks: dice.pick([1, 2, 3, 5, 10]) },
  };
}

/** What whoever carries a task out does with it. */
export function behaviourOf({ drawn, attempts, duration_sec, fail_times }: NestedScript, id: string): Script {
  const { ms, failTimes, outputs } = scriptsOf(drawn)(id);
  if (duration_sec >= 0) return { ms: duration_sec * 1000, failTimes: fail_times, outputs };
  return { ms, failTimes: failTimes < attempts ? failTimes : -1, outputs };
}

/** What a task answers: it shows what it was given. */
export function nestedOutputsOf(mock: NestedScript, id: string, inputs: JsonObject): JsonObject {
  return { ...(behaviourOf(mock, id).outputs as JsonObject), ...outputsOf(id, sorted(inputs)) };
}

function sorted(inputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether what becomes of its tasks is no question of time. */
export function isTimeless({ tasks, on_failure }: Pick<NestedSimPlan, 'tasks' | 'on_failure'>): boolean {
  const isOf = ({ on_failure: own, timeout_seconds = 0, subtasks = [] }: PlanTask): boolean =>
    own !== 'fail_fast' && (subtasks.length === 0 || !TIGHT_SEC.includes(timeout_seconds)) && subtasks.every(isOf);
  return on_failure !== 'fail_fast' && tasks.every(isOf);
}

/** What becomes of the tasks of a plan, those of items included, when nothing is in their way. */
export function expectedNestedOutcome(plan: NestedSimPlan): Map<string, Expected> {
  const whole: WholePlan = {
    tasks: plan.tasks.map(withoutLimits),
    on_failure: plan.on_failure,
    resource_budget: { max_parallel_tasks: 1e6 },
  };
  const mockOf = (id: string): NestedScript => placeOf(plan.tasks, id)!.task.metadata!.mock;
  const model = new ModelRun(whole, {
    scriptOf: (id) => ({ ...behaviourOf(mockOf(id), id), ms: 1, outputs: { id } }),
    answer: ({ outputs: { id } }, inputs) => nestedOutputsOf(mockOf(String(id)), String(id), inputs as JsonObject) as Script['outputs'],
    holds: (condition, outputs) => CONDITIONS[condition]!(outputs),
  });
  for (;;) {
    const ready = model.ready.at(0);
    if (ready !== undefined) {
      model.take(ready);
      continue;
    }
    const running = model.running;
    if (running.length === 0) break;
    const next = running.reduce((first, other) => (other.dueMs < first.dueMs ? other : first));
    model.nowMs = next.dueMs;
    if (next.status === 'again') model.beginAttempt(next);
    else model.endAttempt(next);
  }
  return new Map(
    [...model.nodes.values()].map(({ id, role, status, outputs }) => [
      id,
      { status: status as Expected['status'], outputs: status === 'completed' && role !== 'begin' ? (outputs as JsonObject) : null },
    ]),
  );
}

function withoutLimits({ pool: _, max_concurrency: __, subtasks, ...task }: PlanTask): PlanTask {
  return { ...task, ...(subtasks && { subtasks: subtasks.map(withoutLimits) }) };
}

/** A plan to take the place of another: something in it is defined in another way, added, or dropped. */
export function changedNestedSimPlan(dice: Dice, plan: NestedSimPlan, version: number): NestedSimPlan {
  let tasks = plan.tasks;
  if (dice.chance(0.4)) tasks = dropped(dice, tasks);
  if (dice.chance(0.7)) tasks = redefined(dice, tasks, version);
  if (dice.chance(0.4)) tasks = extended(dice, tasks, version);
  return { ...plan, goal_id: `v${version}`, tasks };
}

type Tasks = readonly NestedSimTask[];

function all(tasks: Tasks): NestedSimTask[] {
  return tasks.flatMap((task) => [task, ...all(task.subtasks ?? [])]);
}

function replaced(tasks: Tasks, which: NestedSimTask, by: readonly NestedSimTask[]): NestedSimTask[] {
  return tasks.flatMap((task) => {
    if (task === which) return by;
    return [task.subtasks === undefined ? task : { ...task, subtasks: replaced(task.subtasks, which, by) }];
  });
}

/** Nobody depends on it, reads it, or would be empty without it. */
function dropped(dice: Dice, tasks: Tasks): Tasks {
  const mentions = new Map<string, number>();
  for (const id of JSON.stringify(tasks).match(ID) ?? []) mentions.set(id, (mentions.get(id) ?? 0) + 1);
  const isFree = (task: NestedSimTask): boolean => all([task]).every(({ task_id }) => mentions.get(task_id) === 1);
  const scopes = [tasks, ...all(tasks).flatMap(({ subtasks }) => (subtasks === undefined ? [] : [subtasks]))];
  const free = scopes.filter(({ length }) => length > 1).flatMap((scope) => scope.filter(isFree));
  return free.length === 0 ? tasks : replaced(tasks, dice.pick(free), []);
}

function redefined(dice: Dice, tasks: Tasks, version: number): Tasks {
  const task = dice.pick(all(tasks));
  const change = (): object => {
    if (Array.isArray(task.foreach) && dice.chance(0.6)) {
      const list = task.foreach as readonly Json[];
      return { foreach: list.length > 0 && dice.chance(0.4) ? list.slice(1) : [...list, version] };
    }
    if (task.foreach !== undefined && dice.chance(0.3)) return { tolerated_failures: dice.pick([0, 1, '50%']) };
    return { inputs: { ...task.inputs, version } };
  };
  return replaced(tasks, task, [{ ...task, ...change() }]);
}

/** With a task more, beside another that it may depend on. */
function extended(dice: Dice, tasks: Tasks, version: number): Tasks {
  const leaf = all(tasks).filter(({ subtasks, foreach }) => subtasks === undefined && foreach === undefined);
  if (leaf.length === 0) return tasks;
  const beside = dice.pick(leaf);
  const added: NestedSimTask = {
    ...beside,
    task_id: `added${version}`,
    dependencies: dice.chance(0.6) ? [{ task_id: beside.task_id }] : [],
    trigger_rule: 'all_success',
    inputs: {},
  };
  return replaced(tasks, beside, [beside, added]);
}
