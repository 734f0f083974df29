import type { z } from 'zod';
import type { BindingReference } from './bindings.ts';
import { checkBudget } from './check-budget.ts';
import { checkConditions } from './check-conditions.ts';
import { checkAcyclic, checkGraph, checkKnown, checkOutputKeys } from './check-dependencies.ts';
import { checkPools } from './check-pools.ts';
import { readBindings, referenceNames } from './check-references.ts';
import { checkSizes } from './check-sizes.ts';
import { checkTriggerRules } from './check-trigger-rules.ts';
import { isJsonObject, type JsonValue, NotJsonError, toPlainJson } from './json.ts';
import { DEFAULT_TIMEOUT_SEC, MAX_TASK_BYTES, MAX_TASKS, type Plan, planSchema, type Task, taskSchema } from './plan.ts';
import type { Problem } from './problem.ts';
import { ProblemList } from './problem-list.ts';
import { addSchemaProblems } from './schema-problems.ts';
import type { SizeClass } from './size-class.ts';
import { own, sketchTask, stringOf, type TaskSketch } from './task-sketch.ts';
import { refuseUnsupported, warningsOf } from './unsupported.ts';

export interface ParseOptions {
  /** The id of a plan that has none. */
  readonly makeId: () => string;
  /** Seconds, for tasks without `timeout_seconds`. */
  readonly defaultTimeoutSec?: number | undefined;
  /** Names of the pools that all runs share, beside those of the plan. */
  readonly sharedPools?: ReadonlySet<string> | undefined;
  /** The largest function that carries out tasks; absent where a task may be of any size. */
  readonly largestSize?: SizeClass | undefined;
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
  const tasks = rawTasks.map((raw, ordinal) => readTask(raw, ordinal, options, problems));
  refuseUnsupported(problems, rawTasks);
  checkConditions(rawTasks, problems);
  checkPools(value, rawTasks, options.sharedPools ?? new Set(), problems);
  checkBudget(value, rawTasks, problems);
  if (options.largestSize !== undefined) checkSizes(rawTasks, options.largestSize, problems);
  const bindings = checkBetween(rawTasks, own(value, 'dependency_graph'), problems);
  const valid = tasks.filter((task) => task !== undefined);
  if (!head.success || valid.length < tasks.length) return undefined;
  const { plan_id, goal_id, resource_budget, metadata, signature, pools, on_failure } = head.data;
  const plan: Plan = {
    plan_id: plan_id ?? options.makeId(),
    goal_id,
    tasks: valid,
    resource_budget,
    metadata,
    signature,
    pools,
    on_failure,
  };
  return { ok: true, plan, bindings, warnings: warningsOf(resource_budget, valid) };
}

/** What is wrong between tasks. @returns per task its bindings; they are right where there are no problems */
function checkBetween(rawTasks: readonly JsonValue[], graph: JsonValue | undefined, problems: ProblemList): BindingReference[][] {
  const first = new Map<string, TaskSketch>();
  rawTasks.forEach((raw, ordinal) => {
    const task = sketchTask(raw, ordinal);
    if (task === undefined) return;
    const earlier = first.get(task.id);
    if (earlier === undefined) first.set(task.id, task);
    else
      problems.add('E5601', ['tasks', ordinal, 'task_id'], `${JSON.stringify(task.id)} is the id of $.tasks[${earlier.ordinal}] already`, [
        task.id,
      ]);
  });
  const tasks = [...first.values()];
  checkKnown(tasks, new Set(first.keys()), problems);
  checkOutputKeys(tasks, problems);
  checkGraph(graph, tasks, problems);
  const names = referenceNames(tasks);
  const bindings = tasks.map((task) => readBindings(task, names, problems));
  const dependencies = tasks.map((task, place) => [
    ...task.dependencies.map(({ id }) => names.byId.get(id)).filter((found) => found !== undefined),
    ...bindings[place]!.map(({ source }) => source).filter((source) => source !== 'context'),
  ]);
  checkAcyclic(tasks, dependencies, problems);
  checkTriggerRules(rawTasks, tasks, dependencies, problems);
  return bindings;
}

function readTask(raw: JsonValue, ordinal: number, options: ParseOptions, problems: ProblemList): Task | undefined {
  const path = ['tasks', ordinal];
  const id = isJsonObject(raw) ? stringOf(raw, 'task_id') : undefined;
  const ids = id === undefined ? [] : [id];
  if (isJsonObject(raw) && own(raw, 'task_type') === 'tool_call' && !stringOf(raw, 'tool_name')) {
    problems.add('E5606', [...path, 'tool_name'], 'a tool_call needs a tool_name', ids);
  }
  const parsed = taskSchema.safeParse(raw);
  if (!parsed.success) {
    addSchemaProblems(problems, parsed.error, path, taskSchema, ids, raw);
    return undefined;
  }
  if (isLargerThan(keptOf(parsed.data), MAX_TASK_BYTES))
    problems.add('E5604', path, `the task has more than ${MAX_TASK_BYTES} bytes as JSON`, ids);
  return normalise(parsed.data, options);
}

function normalise(task: z.output<typeof taskSchema>, options: ParseOptions): Task {
  return {
    task_id: task.task_id,
    name: task.name === null || task.name.trim() === '' ? task.task_id : task.name,
    description: task.description,
    task_type: task.task_type,
    dependencies: task.dependencies,
    inputs: task.inputs,
    assigned_agent: task.assigned_agent,
    timeout_seconds: task.timeout_seconds ?? options.defaultTimeoutSec ?? DEFAULT_TIMEOUT_SEC,
    retry_policy: task.retry_policy,
    metadata: task.metadata,
    tool_name: task.tool_name,
    llm_prompt: task.llm_prompt,
    priority: task.priority,
    pool: task.pool,
    resources: task.resources,
    trigger_rule: task.trigger_rule,
  };
}

/** What of a task is kept with its run: neither old outputs nor dependencies, which become numbers. */
function keptOf(task: z.output<typeof taskSchema>): JsonValue {
  const { name, description, inputs, llm_prompt, metadata } = task;
  return [name, description, inputs, llm_prompt, metadata];
}

/** Whether JSON takes more bytes; most tasks are far too small for that to be worth writing them out. */
function isLargerThan(value: JsonValue, bytes: number): boolean {
  let room = bytes / 4; // a character of JSON has at most 3 bytes, an escape is at most 6 of one character
  const fits = (item: JsonValue): boolean => {
    room -= typeof item === 'string' ? 2 * item.length : 20;
    if (room < 0) return false;
    if (typeof item !== 'object' || item === null) return true;
    if (Array.isArray(item)) return item.every(fits);
    return Object.entries(item).every(([key, inner]) => {
      room -= 2 * key.length;
      return fits(inner);
    });
  };
  return !fits(value) && Buffer.byteLength(JSON.stringify(value)) > bytes;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
