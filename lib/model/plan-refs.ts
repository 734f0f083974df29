import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { placeTasks } from './place-tasks.ts';
import { own, stringOf } from './task-sketch.ts';

/** The stored plan that a task names, whatever else is wrong with it. */
export function planRefOf(task: JsonValue): string | undefined {
  return isJsonObject(task) ? stringOf(task, 'plan_ref') : undefined;
}

/** The names of all stored plans that a plan's tasks name. */
export function planRefsIn(plan: JsonObject): Set<string> {
  const tasks = own(plan, 'tasks');
  const placed = Array.isArray(tasks) ? placeTasks(tasks) : [];
  return new Set(placed.flatMap(({ raw }) => planRefOf(raw) ?? []));
}
