import { isForeach, splitForeach } from './foreach-tasks.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { nestedId } from './nested-ids.ts';
import { MAX_COMPOUND_DEPTH } from './plan.ts';
import type { PathStep } from './problem.ts';
import { own, stringOf } from './task-sketch.ts';

/** A task as it was given, and where; a foreach is two (`splitForeach`). */
export interface PlacedTask {
  /** Place among all tasks, each compound before its subtasks. */
  readonly ordinal: number;
  readonly given: JsonValue;
  /** The same with the task's whole id. */
  readonly raw: JsonValue;
  /** Its id in the plan; undefined where it, or a compound that it is in, has none. */
  readonly id: string | undefined;
  readonly path: readonly PathStep[];
  /** The compound that it is in. */
  readonly parent: PlacedTask | undefined;
  /** Compounds around it. */
  readonly depth: number;
}

export function isCompound(raw: JsonValue): boolean {
  return isJsonObject(raw) && own(raw, 'task_type') === 'compound';
}

/** All tasks of a plan, those in compounds included, as deep as compounds may be. */
export function placeTasks(tasks: readonly JsonValue[]): PlacedTask[] {
  const placed: PlacedTask[] = [];
  const visit = (list: readonly JsonValue[], path: readonly PathStep[], parent: PlacedTask | undefined): void => {
    for (const [i, given] of list.entries()) {
      const [task, ...items] = isForeach(given) ? Object.values(splitForeach(given)) : [given];
      let last = add(task!, [...path, i], parent);
      for (const item of items) last = add(item, last.path, last); // it stands where the foreach does
      if (last.depth < MAX_COMPOUND_DEPTH) visit(subtasksOf(given), [...last.path, 'subtasks'], last);
    }
  };
  const add = (given: JsonValue, path: readonly PathStep[], parent: PlacedTask | undefined): PlacedTask => {
    const task = place(given, placed.length, path, parent);
    placed.push(task);
    return task;
  };
  visit(tasks, ['tasks'], undefined);
  return placed;
}

/** How many tasks there are, those in compounds included; as of those that `placeTasks` finds, so that what is nested deeper costs nothing. */
export function countTasks(tasks: readonly JsonValue[], depth = 0): number {
  const inside = (task: JsonValue): number => (depth < MAX_COMPOUND_DEPTH ? countTasks(subtasksOf(task), depth + 1) : 0);
  return tasks.reduce<number>((sum, task) => sum + (isForeach(task) ? 2 : 1) + inside(task), 0);
}

function place(given: JsonValue, ordinal: number, path: readonly PathStep[], parent: PlacedTask | undefined): PlacedTask {
  const short = isJsonObject(given) ? stringOf(given, 'task_id') : undefined;
  if (parent === undefined) return { ordinal, given, raw: given, id: short, path, parent, depth: 0 };
  const id = short === undefined || parent.id === undefined ? undefined : nestedId(parent.id, short);
  const raw = id === undefined ? given : { ...(given as JsonObject), task_id: id };
  return { ordinal, given, raw, id, path, parent, depth: parent.depth + 1 };
}

function subtasksOf(task: JsonValue): readonly JsonValue[] {
  const subtasks = isJsonObject(task) && isCompound(task) ? own(task, 'subtasks') : undefined;
  return Array.isArray(subtasks) ? subtasks : [];
}
