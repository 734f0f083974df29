import type { JsonObject } from '../../lib/model/json.ts';
import type { Dice } from './dice.ts';

export const SHARED_POOL = 'gpu';
const OWN_POOLS = ['net', 'disk'] as const;

const RULES = ['all_success', 'all_done', 'none_failed', 'one_failed', 'one_success'] as const;
export type SimRule = (typeof RULES)[number];

/** Of what a task answers; none takes time. */
const CONDITIONS = {
  'outputs.tokens_used > 2': (taskId: string) => taskId.length > 2,
  'outputs.tokens_used = 0': () => false,
  '$exists(outputs.response)': () => true,
} as const satisfies Record<string, (taskId: string) => boolean>;
export type SimCondition = keyof typeof CONDITIONS;

export interface SimTask {
  readonly task_id: string;
  readonly name: string;
  readonly timeout_seconds: number;
  readonly dependencies: readonly {
    readonly task_id: string;
    readonly dependency_type?: 'conditional';
    readonly condition?: SimCondition | null;
  }[];
  readonly inputs: JsonObject;
  readonly retry_policy: { readonly max_retries: number; readonly initial_delay_sec: number; readonly retry_on_timeout: boolean };
  readonly pool: string | null;
  readonly priority: number;
  readonly trigger_rule?: SimRule;
  readonly metadata: { readonly mock: SimScript };
}

/** How a task behaves. */
export interface SimScript {
  readonly duration_sec: number;
  /** So many attempts fail before one succeeds; -1: all. */
  readonly fail_times: number;
  /** Its executor accepts it and reports later, where the task may be. */
  readonly later: boolean;
}

export interface SimPlan {
  readonly plan_id: string;
  readonly goal_id?: string;
  readonly tasks: readonly SimTask[];
  readonly pools: Readonly<Record<string, number>>;
  readonly on_failure?: 'continue' | 'fail_fast';
  readonly resource_budget: { readonly max_parallel_tasks: number };
}

export interface PlanKind {
  readonly planId: string;
  /** Tasks that are too slow for their timeout are among them. */
  readonly slowTasks: boolean;
  readonly shared: boolean;
  /** Tasks that take hours: their successors' gates expire meanwhile. */
  readonly longTasks: boolean;
}

/** A longer timeout than a function lives: such a task's state waits under a token. */
const CALLBACK_TIMEOUT_SEC = 4000;

/** Plans of all shapes, small: crowds of equal siblings and chains, joins, gates, pools. */
export function randomSimPlan(dice: Dice, kind: PlanKind): SimPlan {
  const groups: string[][] = [];
  const tasks: SimTask[] = [];
  const pools = Object.fromEntries(OWN_POOLS.filter(() => dice.chance(0.4)).map((name) => [name, dice.between(1, 3)]));
  const poolNames = [null, null, ...Object.keys(pools), ...(kind.shared ? [SHARED_POOL, SHARED_POOL] : [])];
  const failing = dice.chance(0.6);
  for (let number = dice.between(1, 9); number > 0; number--) {
    const copies = dice.chance(0.7) ? 1 : dice.between(2, 7);
    const near = groups.slice(-dice.between(1, 5));
    const parents = near.length === 0 ? [] : [...new Set(Array.from({ length: dice.between(0, 3) }, () => dice.pick(near)))];
    const joins = dice.chance(0.4);
    const pool = dice.pick(poolNames);
    const maxRetries = dice.between(0, 2);
    const callback = dice.chance(0.15);
    const long = kind.longTasks && dice.chance(0.2);
    const name = groups.length;
    groups.push(
      Array.from({ length: copies }, (_, copy) => {
        const id = copies === 1 ? `t${name}` : `t${name}-${copy}`;
        const on = parents.flatMap((group) => (group.length === copies ? [group[copy]!] : joins ? group : [group[copy % group.length]!]));
        const fails = failing && copy === 0 && dice.chance(0.3);
        const duration = long ? dice.between(3000, 9000) : dice.chance(0.2) ? 0 : dice.between(1, 40);
        const tooSlow = kind.slowTasks && copy === 0 && dice.chance(0.15) && duration > 1;
        tasks.push({
          task_id: id,
          name: `task ${name} copy ${copy}`,
          timeout_seconds: tooSlow ? duration / 2 : long ? 10_000 : callback ? CALLBACK_TIMEOUT_SEC : 100,
          dependencies: [...new Set(on)].map((task_id) => ({ task_id })),
          inputs: on.length > 0 && dice.chance(0.6) ? { from: `{{${on[0]}.response}}` } : {},
          retry_policy: { max_retries: maxRetries, initial_delay_sec: dice.between(1, 4), retry_on_timeout: dice.chance(0.6) },
          pool,
          priority: dice.pick([0, 0, 0, 1, -3]),
          metadata: { mock: { duration_sec: duration, fail_times: fails ? dice.pick([-1, maxRetries, maxRetries]) : 0, later: callback } },
        });
        return id;
      }),
    );
  }
  return { plan_id: kind.planId, tasks, pools, resource_budget: { max_parallel_tasks: dice.pick([1, 2, 3, 5, 10]) } };
}

/** The plan with trigger rules, conditions and `fail_fast` upon it. A task with a rule binds nothing: what it depends on may have no outputs. */
export function withDecisions(dice: Dice, plan: SimPlan): SimPlan {
  const tasks = plan.tasks.map((task): SimTask => {
    if (task.dependencies.length === 0) return task;
    const trigger_rule = dice.chance(0.5) ? dice.pick(RULES) : 'all_success';
    // which of them have completed when a task runs by one of them is a matter of time
    const isConditional = dice.chance(0.25) && !trigger_rule.startsWith('one_');
    const condition = dice.pick(Object.keys(CONDITIONS) as SimCondition[]);
    const [first, ...others] = task.dependencies;
    const dependencies = isConditional ? [{ ...first!, dependency_type: 'conditional' as const, condition }, ...others] : task.dependencies;
    return { ...task, trigger_rule, dependencies, inputs: trigger_rule === 'all_success' ? task.inputs : {} };
  });
  return { ...plan, tasks, on_failure: dice.chance(0.3) ? 'fail_fast' : 'continue' };
}

/** A plan to take the place of another: a task more, one less, one that is defined in another way. */
export function changedSimPlan(dice: Dice, plan: SimPlan, version: number): SimPlan {
  const needed = new Set(plan.tasks.flatMap(({ dependencies }) => dependencies.map(({ task_id }) => task_id)));
  const leaf = plan.tasks.length > 1 ? plan.tasks.filter(({ task_id }) => !needed.has(task_id)).at(-1) : undefined;
  const dropped = dice.chance(0.4) ? leaf?.task_id : undefined;
  const kept = plan.tasks.filter(({ task_id }) => task_id !== dropped);
  const changed = dice.pick(kept);
  const tasks = kept.map((task) => (task === changed ? { ...task, inputs: { ...task.inputs, version } } : task));
  const model = dice.pick(kept);
  const added: SimTask = {
    ...model,
    task_id: `added${version}`,
    name: `added ${version}`,
    dependencies: dice.chance(0.7) ? [{ task_id: dice.pick(kept).task_id }] : [],
    trigger_rule: 'all_success',
    inputs: {},
  };
  return { ...plan, goal_id: `v${version}`, tasks: dice.chance(0.5) ? [...tasks, added] : tasks };
}

export interface Expected {
  readonly status: 'completed' | 'failed' | 'blocked' | 'skipped' | 'cancelled';
  readonly outputs: JsonObject | null;
}

/** What becomes of the tasks of a plan when nothing is in their way. */
export function expectedOutcome({ tasks }: SimPlan): Map<string, Expected> {
  const expected = new Map<string, Expected>();
  for (const task of tasks) {
    const { task_id, inputs, metadata, timeout_seconds } = task;
    const { duration_sec, fail_times } = metadata.mock;
    const decided = decide(task, (id) => expected.get(id)!.status);
    const fails = fail_times < 0 || duration_sec > timeout_seconds;
    const from = typeof inputs.from === 'string' ? inputs.from.slice(2, -'.response}}'.length) : undefined;
    const status = decided !== 'runs' ? decided : fails ? 'failed' : 'completed';
    const bound = from === undefined || decided !== 'runs' ? inputs : { ...inputs, from: expected.get(from)!.outputs!.response! };
    expected.set(task_id, { status, outputs: status === 'completed' ? outputsOf(task_id, bound) : null });
  }
  return expected;
}

function decide(
  { dependencies, trigger_rule: rule = 'all_success' }: SimTask,
  statusOf: (id: string) => string,
): 'runs' | 'blocked' | 'skipped' {
  const before = dependencies.map(({ task_id }) => statusOf(task_id));
  const isBad = before.includes('failed') || before.includes('blocked');
  if (rule === 'one_failed' && !isBad) return 'skipped';
  if (rule === 'one_success' && !before.includes('completed') && before.length > 0) return isBad ? 'blocked' : 'skipped';
  if ((rule === 'all_success' || rule === 'none_failed') && isBad) return 'blocked';
  if (rule === 'all_success' && before.includes('skipped')) return 'skipped';
  const says = dependencies.flatMap(({ task_id, condition }) =>
    condition === undefined || condition === null || statusOf(task_id) !== 'completed' ? [] : [CONDITIONS[condition](task_id)],
  );
  return says.includes(false) ? 'skipped' : 'runs';
}

/** What a task answers: it shows what it was given. */
export function outputsOf(taskId: string, inputs: JsonObject): JsonObject {
  return { response: `${taskId}:${hash(JSON.stringify(inputs))}`, agent_id: 'simulated', tokens_used: taskId.length };
}

function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16);
}
