import type { BindingReference } from '../model/bindings.ts';
import type { Plan } from '../model/plan.ts';

/** Per task the bindings in its inputs and its prompt. */
export type TaskBindings = readonly (readonly BindingReference[])[];

/**
 * Per task the ordinals it depends on: as declared, without which it does not run, and the tasks whose outputs it binds.
 *
 * @param removed tasks that neither wait nor are waited for
 */
export function dependenciesOf(plan: Plan, bindings: TaskBindings, removed: ReadonlySet<number> = new Set()): number[][] {
  const ordinals = new Map(plan.tasks.map((task, ordinal) => [task.task_id, ordinal]));
  return plan.tasks.map((task, ordinal) => {
    if (removed.has(ordinal)) return [];
    const all = new Set(task.dependencies.map((dependency) => ordinals.get(dependency.task_id)!));
    if (task.guard !== undefined) all.add(ordinals.get(task.guard)!);
    for (const { source, inherited } of bindings[ordinal]!) if (typeof source === 'number' && !inherited) all.add(source);
    return [...all].filter((dependency) => !removed.has(dependency));
  });
}
