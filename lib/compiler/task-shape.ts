import type { Task } from '../model/plan.ts';
import type { Retrier } from './asl.ts';
import type { TaskFacts } from './emit.ts';
import type { TaskShape } from './fan-out.ts';

/**
 * Timeouts within a factor of two share a state; the state's is the longest, each task's own is enforced by run-task. Not so
 * where a task may be finished by callback: only its state enforces its timeout then. Tasks of another size have another function.
 */
export function taskShapes(tasks: readonly Task[], facts: readonly TaskFacts[]): TaskShape[] {
  const numberOf = numbering();
  return tasks.map((task, ordinal): TaskShape => {
    const { retriers, callback, runTask } = facts[ordinal]!;
    const isStep = task.task_type === 'compound' && task.sub_plan === undefined;
    const time = callback ? task.timeout_seconds : Math.ceil(Math.log2(task.timeout_seconds));
    return {
      shape: `${runTask} ${callback} ${time} ${numberOf(retriers)}${isStep ? ' step' : ''}`,
      stem: task.name.replace(/\d+/g, '#'),
      pooled: task.pool !== null || task.item_pools !== undefined,
      ...(isStep ? { step: true as const } : {}),
    };
  });
}

/** The same number for retriers that say the same. */
function numbering(): (retriers: readonly Retrier[]) => number {
  const byText = new Map<string, number>();
  const known = new Map<readonly Retrier[], number>();
  return (retriers) => {
    let number = known.get(retriers);
    if (number === undefined) {
      const text = JSON.stringify(retriers);
      number = byText.get(text) ?? byText.size;
      byText.set(text, number);
      known.set(retriers, number);
    }
    return number;
  };
}
