import fc from 'fast-check';
import type { JsonObject } from '../../../lib/model/json.ts';
import { type NestedPlan, type NestedTask, randomNestedPlan } from '../../random-nested-plans.ts';
import type { Dice } from '../../simulation/dice.ts';
import {
  changedSimPlan,
  expectedOutcome,
  outputsOf,
  randomSimPlan,
  type SimPlan,
  type SimTask,
  withDecisions,
} from '../../simulation/sim-plans.ts';
import { loadWorkload } from '../../workloads.ts';

const WORKLOADS = [
  'gha-uv-ci',
  'metaflow-nested-branches',
  'nextflow-bacass',
  'nextflow-sarek',
  'pegasus-srasearch-10a',
  'pegasus-montage-2mass-005d',
  'pegasus-cycles-1l-1c-9p',
  'gha-powertools-publish-layer',
];
/** How long the longest task of a workload takes, seconds. */
const LONGEST_TASK_SEC = 0.05;
/** What a second of a drawn plan takes, seconds. */
const PACES = [0.0005, 0.002, 0.01];
const LARGE_TEXT = 'x'.repeat(40_000);
/** So many tasks of this make a plan that no request carries: 8 MB. */
const PADDING = { tasks: 40, text: 'y'.repeat(200_000) };

export const PLAN_KINDS = ['random', 'deciding', 'compound', 'workload', 'large outputs', 'over budget', 'uploaded'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];
/** How often each kind comes up among 200. */
const WEIGHTS: Readonly<Record<PlanKind, number>> = {
  random: 60,
  deciding: 50,
  compound: 40,
  workload: 30,
  'large outputs': 10,
  'over budget': 9,
  uploaded: 1,
};

export interface SoakPlan {
  readonly kind: PlanKind;
  /** What is submitted. */
  readonly body: object;
  /** Plain tasks, in an order in which each comes behind those that it depends on. */
  readonly flat: SimPlan | undefined;
  readonly nested: NestedPlan | undefined;
}

export function drawPlan(dice: Dice, number: number): SoakPlan {
  const kind = drawKind(dice);
  const pace = dice.pick(PACES);
  if (kind === 'compound') {
    const [nested] = fc.sample(randomNestedPlan({ failures: true, decides: true }), { numRuns: 1, seed: dice.between(0, 2 ** 30) });
    const quick = { tasks: nested!.tasks.map((task) => quickened(task, pace)) };
    return {
      kind,
      body: { plan_id: `plan${number}`, ...quick, resource_budget: { max_parallel_tasks: 10 } },
      flat: undefined,
      nested: quick,
    };
  }
  const flat = kind === 'workload' ? workloadAsPlan(dice.pick(WORKLOADS)) : drawFlat(dice, kind, `plan${number}`, pace);
  return { kind, body: bodyOf(kind, flat), flat, nested: undefined };
}

/** The plan changed, in a way that depends on chance; undefined for one that is not plain. */
export function changePlan(dice: Dice, { kind, flat }: SoakPlan): SoakPlan | undefined {
  if (flat === undefined || kind === 'workload') return undefined;
  const changed = changedSimPlan(dice, flat, 1);
  return { kind, body: bodyOf(kind, changed), flat: changed, nested: undefined };
}

/** What each task of a plan comes to, whoever is first and however often it is stopped; undefined where that is a matter of time. */
export function expectedStatuses({ kind, flat }: SoakPlan): ReadonlyMap<string, string> | undefined {
  if (flat === undefined || kind === 'over budget') return undefined;
  const expected = new Map([...expectedOutcome(flat)].map(([id, { status }]) => [id, status]));
  const fails = [...expected.values()].includes('failed');
  return fails && flat.on_failure === 'fail_fast' ? undefined : expected;
}

/** What a task answers, when it completes; undefined: nothing that is known beforehand. */
export function answerOf({ kind, flat }: SoakPlan, taskId: string): JsonObject | undefined {
  return flat?.tasks.some(({ task_id }) => task_id === taskId) ? answer(kind, taskId) : undefined;
}

function answer(kind: PlanKind, taskId: string): JsonObject {
  return { ...outputsOf(taskId, {}), ...(kind === 'large outputs' ? { text: LARGE_TEXT } : {}) };
}

function drawKind(dice: Dice): PlanKind {
  return dice.pick(PLAN_KINDS.flatMap((kind) => Array<PlanKind>(WEIGHTS[kind]).fill(kind)));
}

function drawFlat(dice: Dice, kind: PlanKind, planId: string, pace: number): SimPlan {
  const drawn = randomSimPlan(dice, { planId, shared: dice.chance(0.3), slowTasks: false, longTasks: false });
  const plan = kind === 'deciding' ? withDecisions(dice, drawn) : drawn;
  const tasks = plan.tasks.map((task) => ({
    ...task,
    retry_policy: { ...task.retry_policy, initial_delay_sec: 1 },
    metadata: { mock: { ...task.metadata.mock, duration_sec: task.metadata.mock.duration_sec * pace } },
  }));
  return { ...plan, tasks: kind === 'uploaded' ? [...tasks, ...padding(tasks[0]!)] : tasks };
}

function padding(model: SimTask): SimTask[] {
  return Array.from({ length: PADDING.tasks }, (_, n) => ({ ...model, task_id: `padding${n}`, inputs: { text: PADDING.text } }));
}

/** Without timeouts of compounds and without retries: what comes of it is a matter of the plan alone, or of its events. */
function quickened(task: NestedTask, pace: number): NestedTask {
  const { mock } = task.metadata;
  return {
    ...task,
    timeout_seconds: task.subtasks.length > 0 ? null : task.timeout_seconds,
    retry_policy: { ...task.retry_policy, max_retries: 0 },
    metadata: { mock: { ...mock, duration_sec: mock.duration_sec * pace } },
    subtasks: task.subtasks.map((subtask) => quickened(subtask, pace)),
  };
}

function workloadAsPlan(name: string): SimPlan {
  const { tasks } = loadWorkload(name);
  const longest = Math.max(...tasks.map(({ runtime_sec }) => runtime_sec));
  return {
    plan_id: name,
    pools: {},
    resource_budget: { max_parallel_tasks: 10 },
    tasks: tasks.map(({ id, name: title, deps, runtime_sec }) => ({
      task_id: id,
      name: title,
      timeout_seconds: 100,
      dependencies: deps.map((task_id) => ({ task_id })),
      inputs: {},
      retry_policy: { max_retries: 0, initial_delay_sec: 1, retry_on_timeout: true },
      pool: null,
      priority: 0,
      metadata: { mock: { duration_sec: (runtime_sec / longest) * LONGEST_TASK_SEC, fail_times: 0, later: false } },
    })),
  };
}

function bodyOf(kind: PlanKind, plan: SimPlan): object {
  const tasks = plan.tasks.map((task) => ({ ...task, metadata: { mock: { ...task.metadata.mock, outputs: answer(kind, task.task_id) } } }));
  // half of what they use
  const budget =
    kind === 'over budget' ? { max_token_count: Math.ceil(tasks.reduce((sum, { task_id }) => sum + tokensOf(task_id), 0) / 2) } : {};
  return { ...plan, tasks, resource_budget: { ...plan.resource_budget, ...budget } };
}

function tokensOf(taskId: string): number {
  return outputsOf(taskId, {}).tokens_used as number;
}
