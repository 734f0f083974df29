import { isJsonObject } from './json.ts';
import type { PlacedTask } from './place-tasks.ts';
import type { ProblemList } from './problem-list.ts';
import { stringOf, type TaskSketch } from './task-sketch.ts';

/**
 * Trigger rules of tasks that wait for nothing (E5600).
 *
 * @param dependencies per task of `tasks` the places of those it depends on itself, by dependency or binding
 */
export function checkTriggerRules(
  placed: readonly PlacedTask[],
  tasks: readonly TaskSketch[],
  dependencies: readonly (readonly number[])[],
  problems: ProblemList,
): void {
  tasks.forEach(({ ordinal, id, dependencies: declared }, place) => {
    const { raw } = placed[ordinal]!;
    const rule = isJsonObject(raw) ? stringOf(raw, 'trigger_rule') : undefined;
    // one on a task that is not there is reported as such
    if (rule === undefined || rule === 'all_success' || declared.length > 0 || dependencies[place]!.length > 0) return;
    const hint = { hint: 'leave it out, or say in dependencies what the task waits for' };
    problems.add('E5600', ['tasks', ordinal, 'trigger_rule'], `${rule} asks how dependencies ended, and the task has none`, [id], hint);
  });
}
