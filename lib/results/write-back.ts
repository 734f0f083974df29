import type { Plan } from '../model/plan.ts';
import type { Run } from '../runtime/ports/runs.ts';
import type { TaskItem } from '../runtime/ports/tasks.ts';

/**
 * Writes how a run ended onto the plan it was given as: what the seed's callers read there. The plan's own object is changed,
 * as far as it can be: what is frozen, sealed or read-only stays as it is.
 */
export function writeBack(input: unknown, plan: Plan, run: Run, items: readonly TaskItem[]): void {
  if (!isObject(input)) return;
  const byOrdinal = new Map(items.map((item) => [item.ordinal, item]));
  setFields(input, {
    plan_id: plan.plan_id,
    status: run.status,
    error: run.error?.message ?? null,
    execution_started_at: run.started_at,
    execution_completed_at: run.completed_at,
    completed_task_count: items.filter((item) => item.status === 'completed').length,
    failed_task_count: items.filter((item) => item.status === 'failed').length,
  });
  let ordinal = 0;
  const writeTasks = (tasks: unknown): void => {
    if (!Array.isArray(tasks)) return;
    for (const task of tasks as unknown[]) {
      writeTask(task, byOrdinal.get(ordinal++));
      if (isCompound(task) && !isForeach(task)) writeTasks(task.subtasks);
    }
  };
  writeTasks('tasks' in input ? input.tasks : undefined);
}

function writeTask(task: unknown, item: TaskItem | undefined): void {
  if (!isObject(task)) return;
  setFields(task, {
    status: item?.status ?? 'pending',
    // those of a compound say what it is to put out, and it may be executed again
    ...(isCompound(task) ? {} : { outputs: item?.outputs ?? {} }),
    error: item?.error?.message ?? null,
    started_at: item?.started_at ?? null,
    completed_at: item?.completed_at ?? null,
    retry_count: Math.max(0, (item?.attempt ?? 0) - 1),
  });
}

function isCompound(task: unknown): task is { readonly subtasks?: unknown } {
  return isObject(task) && 'task_type' in task && task.task_type === 'compound';
}

/** What is done for each item is no task of the plan's own. */
function isForeach(task: object): boolean {
  return 'foreach' in task && task.foreach !== null && task.foreach !== undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** How the run ended must reach the caller, whatever the plan's own setters make of it. */
function setFields(target: object, fields: Readonly<Record<string, unknown>>): void {
  try {
    Object.assign(target, fields);
    return;
  } catch {
    // one at a time, then
  }
  for (const [field, value] of Object.entries(fields)) {
    try {
      Reflect.set(target, field, value);
    } catch {
      // a setter or a proxy that will not have it
    }
  }
}
