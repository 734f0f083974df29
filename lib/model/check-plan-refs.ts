import type { BindingReference } from './bindings.ts';
import { readTemplates } from './check-references.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { NamedPlan } from './named-plan.ts';
import { isCompound, type PlacedTask } from './place-tasks.ts';
import { MAX_CHILD_RUNS, MAX_PLAN_REF_DEPTH, MAX_TASK_BYTES, type Plan, type SubPlan, type Task } from './plan.ts';
import { planRefOf } from './plan-refs.ts';
import type { ProblemList } from './problem-list.ts';
import { TOO_LARGE } from './read-task.ts';
import { TaskScopes } from './task-scopes.ts';
import { NAMES_OF_OUTPUTS, own, sketchTask, stringOf, type TaskSketch } from './task-sketch.ts';

/** What stands in the stored plan. */
const OF_THE_STORED_PLAN = ['on_failure', 'resources'] as const;

export interface PlanRefOptions {
  /** By name. */
  readonly namedPlans: ReadonlyMap<string, NamedPlan>;
  readonly sharedPools: ReadonlySet<string>;
}

/**
 * What is wrong with tasks that name a stored plan (E5302 where there is none, E5301 and E5604 where plans name each other, E5600, E5402).
 *
 * @returns what such tasks run, by their ordinals
 */
export function checkPlanRefs(
  plan: JsonObject,
  placed: readonly PlacedTask[],
  options: PlanRefOptions,
  problems: ProblemList,
): ReadonlyMap<number, SubPlan> {
  const found = new Map<number, SubPlan>();
  let runs = 0;
  for (const task of placed) {
    const name = planRefOf(task.given);
    if (name === undefined) continue;
    const ids = task.id === undefined ? [] : [task.id];
    checkFields(task, plan, options.sharedPools, problems);
    const named = options.namedPlans.get(name);
    const refuse = (code: Parameters<ProblemList['add']>[0], message: string, hint: { hint?: string } = {}): void =>
      problems.add(code, ['tasks', task.ordinal, 'plan_ref'], message, ids, hint);
    if (named === undefined) {
      refuse('E5302', `there is no stored plan ${JSON.stringify(name)}`, { hint: `store it first: plans ${name} FILE` });
    } else if (!named.ok) refuse(named.code, named.message);
    else if (named.depth > MAX_PLAN_REF_DEPTH) refuse('E5604', `stored plans name each other deeper than ${MAX_PLAN_REF_DEPTH}`);
    else {
      runs += named.runs;
      const sub = subPlanOf(task, name, named, problems);
      if (sub !== undefined) found.set(task.ordinal, sub);
    }
  }
  if (runs > MAX_CHILD_RUNS) {
    problems.add('E5604', ['tasks'], `the plans that tasks name come to ${runs} runs, more than ${MAX_CHILD_RUNS}`);
  }
  return found;
}

function checkFields(task: PlacedTask, plan: JsonObject, sharedPools: ReadonlySet<string>, problems: ProblemList): void {
  const given = task.given as JsonObject;
  const add = (field: string, message: string, hint: string): void =>
    problems.add('E5600', ['tasks', task.ordinal, field], message, task.id === undefined ? [] : [task.id], { hint });
  if (!isCompound(given)) add('plan_ref', 'only a compound runs a stored plan', 'write "task_type": "compound"');
  const subtasks = own(given, 'subtasks');
  if (Array.isArray(subtasks) && subtasks.length > 0) add('subtasks', 'a compound has subtasks or a plan_ref, not both', 'leave out one');
  for (const field of OF_THE_STORED_PLAN) {
    if ((own(given, field) ?? null) !== null) add(field, `a compound with a plan_ref has no ${field}`, 'say it in the stored plan');
  }
  const pool = stringOf(given, 'pool');
  const pools = own(plan, 'pools');
  if (pool !== undefined && sharedPools.has(pool) && !(isJsonObject(pools) && Object.hasOwn(pools, pool))) {
    const message = 'a compound with a plan_ref takes no place in a shared pool: what it runs may wait for the same';
    add('pool', message, 'name the pool in the stored plan');
  }
}

function subPlanOf(task: PlacedTask, name: string, named: NamedPlan & { ok: true }, problems: ProblemList): SubPlan | undefined {
  const outputs = own(task.given as JsonObject, 'outputs') ?? {};
  const sketch = sketchTask(task);
  // what else is wrong with the task is said elsewhere
  if (!isJsonObject(outputs) || sketch === undefined) return undefined;
  if (Buffer.byteLength(JSON.stringify(outputs)) > MAX_TASK_BYTES) {
    problems.add('E5604', ['tasks', task.ordinal, 'outputs'], TOO_LARGE, [sketch.id]);
  }
  const { plan } = named;
  return {
    plan_ref: name,
    plan_hash: named.hash,
    plan_id: plan.plan_id,
    goal_id: plan.goal_id,
    max_execution_time_sec: plan.resource_budget?.max_execution_time_sec ?? null,
    outputs,
    references: readOutputs(sketch, outputs, plan, problems),
  };
}

/** The bindings in what a task puts out, by the ordinals of the tasks of its plan, and as that plan calls them. */
function readOutputs(task: TaskSketch, outputs: JsonValue, plan: Plan, problems: ProblemList): BindingReference[] {
  const tasks = plan.tasks.filter((each) => !isBegin(each)).map(sketchOf);
  const scopes = new TaskScopes(tasks);
  return readTemplates({ task, tasks, scopes, problems }, scopes.within(undefined), outputs, ['outputs']);
}

/** What a compound begins with: such tasks come after all others of a plan, which knows nothing of them. */
export function isBegin({ task_type, compound, sub_plan }: Task): boolean {
  return task_type === 'compound' && compound === undefined && sub_plan === undefined;
}

function sketchOf({ task_id, name, within, compound, foreach, inputs, sub_plan }: Task, ordinal: number): TaskSketch {
  const outputs = foreach === undefined ? (sub_plan?.outputs ?? (compound && inputs)) : NAMES_OF_OUTPUTS;
  return {
    ordinal,
    id: task_id,
    name,
    dependencies: [],
    inputs: {},
    prompt: null,
    ...(within === undefined ? {} : { parent: within }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(foreach === undefined ? {} : { foreach: [] }),
  };
}
