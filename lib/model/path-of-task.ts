import { isJsonObject, type JsonValue } from './json.ts';
import { placeTasks } from './place-tasks.ts';
import { writePath } from './problem.ts';
import { own } from './task-sketch.ts';

/** Where a task stands in the JSON of a plan. @param id its id in the plan, with a `*` for each item that it is in */
export function pathOfTask(plan: JsonValue, id: string): string {
  const tasks = isJsonObject(plan) ? own(plan, 'tasks') : undefined;
  const placed = Array.isArray(tasks) ? placeTasks(tasks).find((task) => task.id === id) : undefined;
  return writePath(placed?.path ?? ['tasks']);
}
