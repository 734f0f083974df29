import type { Task } from '../model/plan.ts';
import type { TaskFacts } from './emit.ts';
import type { TaskShape } from './fan-out.ts';

/**
 * Timeouts within a factor of two share a state; the state's is the longest, each task's own is enforced by run-task. Not so
 * where a task may be finished by callback: only its state enforces its timeout then. Tasks of another size have another function.
 */
export function taskShape(task: Task, { retriers, callback, runTask }: TaskFacts): TaskShape {
  const isStep = task.task_type === 'compound' && task.sub_plan === undefined;
  return {
    shape: `${runTask} ${callback} ${callback ? task.timeout_seconds : Math.ceil(Math.log2(task.timeout_seconds))} ${JSON.stringify(retriers)}${isStep ? ' step' : ''}`,
    stem: task.name.replace(/\d+/g, '#'),
    pooled: task.pool !== null || task.item_pools !== undefined,
    ...(isStep ? { step: true as const } : {}),
  };
}
