import type { z } from 'zod';
import type { BindingReference } from './bindings.ts';
import { checkAcyclic, checkGraph, checkKnown } from './check-dependencies.ts';
import { readBindings, referenceNames } from './check-references.ts';
import { isJsonObject, type JsonObject, type JsonValue, NotJsonError, toPlainJson } from './json.ts';
import { DEFAULT_TIMEOUT_SEC, MAX_TASK_BYTES, MAX_TASKS, type Plan, planSchema, type Task, taskSchema } from './plan.ts';
import type { Problem } from './problem.ts';
import { ProblemList } from './problem-list.ts';
import { addSchemaProblems } from './schema-problems.ts';
import { budgetWarnings, refuseUnsupportedPlan, refuseUnsupportedTask } from './unsupported.ts';

export interface ParseOptions {
  /** The id of a plan that has none. */
  readonly makeId: () => string;
  /** Seconds, for tasks without `timeout_seconds`. */
  readonly defaultTimeoutSec?: number | undefined;
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
    const tooDeep = error instanceof NotJsonError && error.tooDeep;
    problems.add(
      tooDeep ? 'E5604' : 'E5600',
      [],
      `the plan ${error instanceof NotJsonError ? error.message : `cannot be read: ${String(error)}`}`,
    );
    return undefined;
  }
}

function readPlan(value: JsonValue, options: ParseOptions, problems: ProblemList): ParsedPlan | undefined {
  if (!isJsonObject(value)) {
    problems.add('E5600', [], `a plan is a JSON object with "tasks", not ${describe(value)}`);
    return undefined;
  }
  const head = planSchema.safeParse(value);
  if (!head.success) addSchemaProblems(problems, head.error, [], planSchema, []);
  const rawTasks = Object.hasOwn(value, 'tasks') ? value.tasks : undefined;
  if (!Array.isArray(rawTasks) || rawTasks.length === 0 || rawTasks.length > MAX_TASKS) {
    const tooMany = Array.isArray(rawTasks) && rawTasks.length > 0;
    if (tooMany) problems.add('E5604', ['tasks'], `a plan has at most ${MAX_TASKS} tasks, not ${rawTasks.length}`);
    else problems.add('E5600', ['tasks'], `expected a list of tasks, at least one, not ${describe(rawTasks)}`);
    return undefined;
  }
  const tasks = new Map<number, Task>();
  rawTasks.forEach((raw, ordinal) => {
    const task = readTask(raw, ordinal, options, problems);
    if (task !== undefined) tasks.set(ordinal, task);
  });
  const known = checkIds(rawTasks, problems);
  checkKnown(tasks, known, problems);
  if (head.success) refuseUnsupportedPlan(problems, head.data);
  // what follows needs every task to be there, and each once
  if (tasks.size < rawTasks.length || known.size < rawTasks.length) return undefined;

  const list = [...tasks.values()];
  const names = referenceNames(list);
  const bindings = list.map((task, ordinal) => readBindings(task, ['tasks', ordinal], names, problems));
  checkAcyclic(list, dependenciesOf(list, names.byId, bindings), problems);
  if (!head.success) return undefined;
  checkGraph(head.data.dependency_graph, list, problems);
  const { plan_id, goal_id, resource_budget, metadata, signature } = head.data;
  const plan: Plan = { plan_id: plan_id ?? options.makeId(), goal_id, tasks: list, resource_budget, metadata, signature };
  return { ok: true, plan, bindings, warnings: budgetWarnings(resource_budget) };
}

function readTask(raw: JsonValue, ordinal: number, options: ParseOptions, problems: ProblemList): Task | undefined {
  const path = ['tasks', ordinal];
  const ids = idOf(raw) === undefined ? [] : [idOf(raw)!];
  const parsed = taskSchema.safeParse(raw);
  if (!parsed.success) {
    addSchemaProblems(problems, parsed.error, path, taskSchema, ids);
    return undefined;
  }
  const task = parsed.data;
  refuseUnsupportedTask(problems, task, path);
  if (task.task_type === 'tool_call' && (task.tool_name === null || task.tool_name === '')) {
    problems.add('E5606', [...path, 'tool_name'], 'a tool_call needs a tool_name', ids);
  }
  if (isLargerThan(raw as JsonObject, MAX_TASK_BYTES))
    problems.add('E5604', path, `the task has more than ${MAX_TASK_BYTES} bytes as JSON`, ids);
  return normalise(task, options);
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
  };
}

/** All ids, those of tasks that are wrong in other ways too. */
function checkIds(rawTasks: readonly JsonValue[], problems: ProblemList): Set<string> {
  const first = new Map<string, number>();
  rawTasks.forEach((raw, ordinal) => {
    const id = idOf(raw);
    if (id === undefined) return;
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, ordinal);
    else problems.add('E5601', ['tasks', ordinal, 'task_id'], `${JSON.stringify(id)} is the id of $.tasks[${earlier}] already`, [id]);
  });
  return new Set(first.keys());
}

function idOf(raw: JsonValue): string | undefined {
  return isJsonObject(raw) && Object.hasOwn(raw, 'task_id') && typeof raw.task_id === 'string' ? raw.task_id : undefined;
}

function dependenciesOf(
  tasks: readonly Task[],
  byId: ReadonlyMap<string, number>,
  bindings: readonly (readonly BindingReference[])[],
): number[][] {
  return tasks.map((task, ordinal) => {
    const declared = task.dependencies.map((dependency) => byId.get(dependency.task_id)).filter((found) => found !== undefined);
    return [...declared, ...bindings[ordinal]!.map(({ source }) => source).filter((source) => source !== 'context')];
  });
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
