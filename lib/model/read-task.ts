import type { z } from 'zod';
import { isJsonObject, type JsonValue } from './json.ts';
import type { PlacedTask } from './place-tasks.ts';
import { MAX_TASK_BYTES, taskSchema } from './plan.ts';
import type { ProblemList } from './problem-list.ts';
import { addSchemaProblems } from './schema-problems.ts';
import { own, stringOf } from './task-sketch.ts';

export const TOO_LARGE = `the task has more than ${MAX_TASK_BYTES} bytes as JSON`;

export type ParsedTask = z.output<typeof taskSchema>;

/** Checks the fields of a task, each by itself. */
export function readTask({ given: raw, ordinal, id }: PlacedTask, problems: ProblemList): ParsedTask | undefined {
  const path = ['tasks', ordinal];
  const ids = id === undefined ? [] : [id];
  if (isJsonObject(raw) && own(raw, 'task_type') === 'tool_call' && !stringOf(raw, 'tool_name')) {
    problems.add('E5606', [...path, 'tool_name'], 'a tool_call needs a tool_name', ids);
  }
  const parsed = taskSchema.safeParse(raw);
  if (!parsed.success) {
    addSchemaProblems(problems, parsed.error, path, taskSchema, ids, raw);
    return undefined;
  }
  if (isTooLarge(parsed.data)) problems.add('E5604', path, TOO_LARGE, ids);
  return parsed.data;
}

/** Of a task is kept with its run: neither old outputs nor dependencies, which become numbers. */
export function isTooLarge(task: Pick<ParsedTask, 'name' | 'description' | 'inputs' | 'llm_prompt' | 'metadata'>): boolean {
  const { name, description, inputs, llm_prompt, metadata } = task;
  return isLargerThan([name, description, inputs, llm_prompt, metadata], MAX_TASK_BYTES);
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
