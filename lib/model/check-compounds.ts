import { isForeach } from './foreach-tasks.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { beginId, enclosingIds, isPlainId } from './nested-ids.ts';
import { isCompound, type PlacedTask } from './place-tasks.ts';
import { MAX_COMPOUND_DEPTH, MAX_NESTED_ID_LENGTH } from './plan.ts';
import type { ProblemList } from './problem-list.ts';
import { own } from './task-sketch.ts';

/** What says who carries a task out: nobody does with a compound. */
const OF_ONE_TASK = ['assigned_agent', 'tool_name', 'llm_prompt'] as const;

type Add = (code: Parameters<ProblemList['add']>[0], field: string, message: string, hint?: string) => void;

/** What is wrong with compounds and their nesting, each task by itself (E5600, E5604). */
export function checkCompounds(tasks: readonly PlacedTask[], problems: ProblemList): void {
  for (const task of tasks) {
    if (!isJsonObject(task.given)) continue;
    const add: Add = (code, field, message, hint) =>
      problems.add(
        code,
        ['tasks', task.ordinal, field],
        message,
        task.id === undefined ? [] : [task.id],
        hint === undefined ? {} : { hint },
      );
    if (isCompound(task.given)) checkCompound(task.given, task.depth, add);
    else checkPlain(task.given, add);
    if (task.parent !== undefined) checkSubtask(task, add);
  }
}

function checkCompound(task: JsonObject, depth: number, add: Add): void {
  if (isForeach(task)) return; // what it is made of is a task of its own
  const subtasks = own(task, 'subtasks') ?? [];
  if (depth >= MAX_COMPOUND_DEPTH) add('E5604', 'subtasks', `compounds are nested deeper than ${MAX_COMPOUND_DEPTH}`);
  else if (Array.isArray(subtasks) && subtasks.length === 0 && !isSaid(own(task, 'plan_ref'))) {
    add('E5600', 'subtasks', 'a compound needs subtasks, or a plan_ref');
  }
  for (const field of OF_ONE_TASK) {
    if (isSaid(own(task, field))) add('E5600', field, `a compound is carried out by its subtasks: it has no ${field}`, 'give it to them');
  }
  const outputs = own(task, 'outputs') ?? {};
  if (!isJsonObject(outputs)) add('E5600', 'outputs', 'expected an object', 'write {"key": "{{subtask.key}}"}');
}

function checkPlain(task: JsonObject, add: Add): void {
  const subtasks = own(task, 'subtasks');
  if (Array.isArray(subtasks) && subtasks.length > 0) {
    add('E5600', 'subtasks', 'only a compound has subtasks', 'write "task_type": "compound"');
  }
  if (isSaid(own(task, 'on_failure'))) {
    add('E5600', 'on_failure', 'only plans, compounds and foreach have an on_failure', 'say in retry_policy how often it is tried again');
  }
}

function checkSubtask({ given, id }: PlacedTask, add: Add): void {
  const short = own(given as JsonObject, 'task_id');
  if (typeof short === 'string' && !isPlainId(short)) {
    add(
      'E5600',
      'task_id',
      `the id of a subtask has no "/": it is put behind that of its compound`,
      `write ${JSON.stringify(short.replaceAll('/', '-'))}`,
    );
  }
  if (id !== undefined && id.length > MAX_NESTED_ID_LENGTH) {
    add('E5604', 'task_id', `with those of its compounds the id has ${id.length} characters, more than ${MAX_NESTED_ID_LENGTH}`);
  }
}

/** Ids of tasks that are not in a compound and are called as if they were (E5601). */
export function checkNestedIds(tasks: readonly PlacedTask[], problems: ProblemList): void {
  const compounds = new Set(tasks.flatMap(({ raw, id }) => (id !== undefined && isCompound(raw) ? [id] : [])));
  if (compounds.size === 0) return;
  for (const { id, ordinal, parent } of tasks) {
    if (id === undefined || (parent !== undefined && id !== beginId(parent.id!))) continue;
    const compound = parent === undefined ? enclosingIds(id).find((each) => compounds.has(each)) : parent.id;
    if (compound === undefined) continue;
    const message =
      parent === undefined
        ? `${JSON.stringify(id)} is an id of a task in the compound ${JSON.stringify(compound)}, and this one is not in it`
        : `${JSON.stringify(id)} is the id of what the compound begins with`;
    problems.add('E5601', ['tasks', ordinal, 'task_id'], message, [id, compound], { hint: 'give it another id' });
  }
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}
