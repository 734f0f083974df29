import type { BindingReference } from './bindings.ts';
import { checkBudget } from './check-budget.ts';
import { checkCompounds, checkNestedIds } from './check-compounds.ts';
import { checkConditions } from './check-conditions.ts';
import { checkAcyclic, checkBorders, checkGraph, checkKnown, checkOutputKeys } from './check-dependencies.ts';
import { checkForeach } from './check-foreach.ts';
import { checkPlanRefs } from './check-plan-refs.ts';
import { checkPools } from './check-pools.ts';
import { readBindings, type TaskReferences } from './check-references.ts';
import { checkSizes } from './check-sizes.ts';
import { checkTriggerRules } from './check-trigger-rules.ts';
import { declareTasks } from './declare-tasks.ts';
import { flattenCompounds } from './flatten-compounds.ts';
import { type ForeachBorders, readForeachBorders } from './foreach-borders.ts';
import { withTemplates } from './foreach-templates.ts';
import { typeOf } from './item-list.ts';
import { isJsonObject, type JsonObject, type JsonValue, NotJsonError, toPlainJson } from './json.ts';
import type { NamedPlan } from './named-plan.ts';
import { type NestedTask, Nesting } from './nesting.ts';
import { type PlacedTask, placeTasks } from './place-tasks.ts';
import { MAX_TASKS, type Plan, planSchema, type Task } from './plan.ts';
import { type Problem, writePath } from './problem.ts';
import { ProblemList } from './problem-list.ts';
import { isTooLarge, readTask, TOO_LARGE } from './read-task.ts';
import { addSchemaProblems } from './schema-problems.ts';
import type { SizeClass } from './size-class.ts';
import { withResources } from './taken-resources.ts';
import { TaskScopes } from './task-scopes.ts';
import { own, sketchTask, type TaskSketch } from './task-sketch.ts';
import { warningsOf } from './unsupported.ts';

export interface ParseOptions {
  /** The id of a plan that has none. */
  readonly makeId: () => string;
  /** Seconds, for tasks without `timeout_seconds`. */
  readonly defaultTimeoutSec?: number | undefined;
  /** Names of the pools that all runs share, beside those of the plan. */
  readonly sharedPools?: ReadonlySet<string> | undefined;
  /** The largest function that carries out tasks; absent where a task may be of any size. */
  readonly largestSize?: SizeClass | undefined;
  /** Stored plans that tasks may name, by their names. */
  readonly namedPlans?: ReadonlyMap<string, NamedPlan> | undefined;
  /** What `{{context.…}}` will read, where that is known. */
  readonly context?: JsonObject | undefined;
}

export interface ParsedPlan {
  readonly ok: true;
  readonly plan: Plan;
  /** Per task the bindings in its inputs and its prompt. */
  readonly bindings: readonly (readonly BindingReference[])[];
  /** What the plan says that has no effect. */
  readonly warnings: readonly string[];
}

export type ParseResult = ParsedPlan | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks a plan and fills in its defaults. Never throws: everything that is wrong is in `problems`, at once. */
export function parsePlan(input: unknown, options: ParseOptions): ParseResult {
  const problems = new ProblemList();
  const value = readJson(input, problems);
  const parsed = value === undefined ? undefined : readPlan(value, options, problems);
  if (parsed === undefined || !problems.isEmpty) return { ok: false, problems: problems.report() };
  return parsed;
}

function readJson(input: unknown, problems: ProblemList): JsonValue | undefined {
  try {
    return toPlainJson(input);
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    problems.add(error.tooDeep ? 'E5604' : 'E5600', error.path, `the plan ${error.message}`);
    return undefined;
  }
}

function readPlan(value: JsonValue, options: ParseOptions, problems: ProblemList): ParsedPlan | undefined {
  if (!isJsonObject(value)) {
    problems.add('E5600', [], `a plan is a JSON object with "tasks", not ${describe(value)}`);
    return undefined;
  }
  const head = planSchema.safeParse(value);
  if (!head.success) addSchemaProblems(problems, head.error, [], planSchema, [], value);
  const rawTasks = own(value, 'tasks');
  if (!Array.isArray(rawTasks) || rawTasks.length === 0) {
    problems.add('E5600', ['tasks'], `expected a list of tasks, at least one, not ${describe(rawTasks)}`);
    return undefined;
  }
  if (rawTasks.length > MAX_TASKS) {
    problems.add('E5604', ['tasks'], `a plan has at most ${MAX_TASKS} tasks, not ${rawTasks.length}`);
    return undefined;
  }
  const placed = placeTasks(rawTasks);
  if (placed.length > MAX_TASKS) {
    problems.add('E5604', ['tasks'], `a plan has at most ${MAX_TASKS} tasks, not ${placed.length} with those in compounds`);
    return undefined;
  }
  if (placed.length > rawTasks.length) problems.placeTasks(placed.map(({ path }) => path));
  const tasks = placed.map((task) => readTask(task, problems));
  const allRaw = placed.map(({ raw }) => raw);
  checkCompounds(placed, problems);
  checkForeach(placed, options.context, problems);
  checkConditions(allRaw, problems);
  const { sharedPools = new Set(), namedPlans = new Map() } = options;
  checkPools(value, allRaw, sharedPools, problems);
  const subPlans = checkPlanRefs(value, placed, { namedPlans, sharedPools }, problems);
  const taking = withResources(placed);
  checkBudget(value, taking, problems);
  if (options.largestSize !== undefined) checkSizes(taking, options.largestSize, problems);
  const { references, lifted, nesting, scopes, sketches } = checkBetween(placed, own(value, 'dependency_graph'), problems);
  const valid = tasks.filter((task) => task !== undefined);
  if (!head.success || valid.length < tasks.length || !problems.isEmpty) return undefined;
  const wholeId = (id: string, ordinal: number): string => sketches[scopes.find(id, scopes.around(sketches[ordinal]!))!]!.id;
  const { defaultTimeoutSec } = options;
  const declared = declareTasks(placed, valid, { references, lifted, wholeId, defaultTimeoutSec, subPlans });
  const flat = withTemplates(flattenCompounds(declared, nesting, head.data.on_failure));
  checkFlat(flat.tasks, problems);
  const { plan_id, goal_id, resource_budget, metadata, signature, pools, on_failure } = head.data;
  const plan: Plan = {
    plan_id: plan_id ?? options.makeId(),
    goal_id,
    tasks: flat.tasks,
    resource_budget,
    metadata,
    signature,
    pools,
    on_failure,
  };
  return { ok: true, plan, bindings: flat.bindings, warnings: warningsOf(resource_budget, valid, (ordinal) => problems.pathOf(ordinal)) };
}

/** Subtasks have more than they say themselves, and compounds may need a task more (E5604). */
function checkFlat(tasks: readonly Task[], problems: ProblemList): void {
  if (tasks.length > MAX_TASKS) problems.add('E5604', ['tasks'], `a plan has at most ${MAX_TASKS} tasks, not ${tasks.length} in all`);
  tasks.forEach((task, ordinal) => {
    if ((task.within !== undefined || task.compound !== undefined) && isTooLarge(task)) {
      problems.add('E5604', ['tasks', ordinal], TOO_LARGE, [task.task_id]);
    }
  });
}

interface Between extends ForeachBorders {
  readonly nesting: Nesting;
  readonly scopes: TaskScopes;
  readonly sketches: readonly TaskSketch[];
}

/** What is wrong between tasks. @returns how they hang together, by their ordinals where there are no problems */
function checkBetween(placed: readonly PlacedTask[], graph: JsonValue | undefined, problems: ProblemList): Between {
  const first = new Map<string, TaskSketch>();
  for (const task of placed) {
    const sketch = sketchTask(task);
    if (sketch === undefined) continue;
    const earlier = first.get(sketch.id);
    if (earlier === undefined) first.set(sketch.id, sketch);
    else {
      const message = `${JSON.stringify(sketch.id)} is the id of ${writePath(problems.pathOf(earlier.ordinal))} already`;
      problems.add('E5601', ['tasks', task.ordinal, 'task_id'], message, [sketch.id]);
    }
  }
  checkNestedIds(placed, problems);
  const tasks = [...first.values()];
  const scopes = new TaskScopes(tasks);
  checkKnown(tasks, scopes, problems);
  checkOutputKeys(tasks, problems);
  checkGraph(graph, tasks, scopes, problems);
  const read = tasks.map((task) => readBindings(task, tasks, scopes, problems));
  const { references, lifted } = readForeachBorders(tasks, read, scopes, problems);
  const nesting = new Nesting(tasks.map((task, place) => nestTask(task, references[place]!, lifted[place]!, scopes)));
  checkBorders(tasks, nesting, problems);
  checkAcyclic(tasks, { nesting, references, scopes }, problems);
  const own = nesting.tasks.map((task) => task.own);
  checkTriggerRules(placed, tasks, own, problems);
  return { references, lifted, nesting, scopes, sketches: tasks };
}

function nestTask(task: TaskSketch, { own, outputs }: TaskReferences, lifted: readonly number[], scopes: TaskScopes): NestedTask {
  const names = scopes.around(task);
  const sourcesOf = (bindings: readonly BindingReference[]): number[] =>
    bindings.flatMap(({ source, inherited }) => (typeof source === 'number' && !inherited ? [source] : []));
  return {
    parent: task.parent === undefined ? undefined : scopes.byId.get(task.parent),
    isCompound: task.outputs !== undefined && task.runsPlan === undefined,
    own: [
      ...task.dependencies.map(({ id }) => scopes.find(id, names)).filter((found) => found !== undefined),
      ...sourcesOf(own),
      ...lifted,
    ],
    bound: sourcesOf(outputs),
  };
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeOf(value);
}
