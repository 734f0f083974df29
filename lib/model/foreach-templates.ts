import type { BindingReference } from './bindings.ts';
import type { FlatTasks } from './flatten-compounds.ts';
import { itemsId, scopeIn } from './nested-ids.ts';
import type { ForeachFacts, Task, TemplateBinding } from './plan.ts';

/**
 * Takes the tasks that stand for the items of a foreach out of a plan: they become the template of it, from which each item gets its own
 * once there are items (`expand-foreach.ts`). All other tasks keep their order.
 */
export function withTemplates({ tasks, bindings }: FlatTasks): FlatTasks {
  const foreach = tasks.filter((task) => task.foreach !== undefined).map(({ task_id }) => task_id);
  if (foreach.length === 0) return { tasks, bindings };
  const owners = tasks.map((task) => nearest(task.task_id, foreach));
  const idsOf = tasks.map(({ task_id }) => task_id);

  /** What is in the items of a foreach, or of the plan. The templates of others are within. */
  const tasksOf = (owner: string | undefined): number[] => [...tasks.keys()].filter((place) => owners[place] === owner);
  const withTemplate = (place: number): Task => {
    const task = tasks[place]!;
    if (task.foreach === undefined) return task;
    const places = tasksOf(task.task_id);
    const template = places.map(withTemplate);
    const facts: ForeachFacts = { ...task.foreach, template, bindings: places.map((each) => byIds(bindings[each]!, idsOf)) };
    return { ...task, foreach: facts };
  };

  const kept = tasksOf(undefined);
  const ordinals = new Map(kept.map((place, ordinal) => [place, ordinal]));
  const renumber = (binding: BindingReference): BindingReference =>
    typeof binding.source === 'number' ? { ...binding, source: ordinals.get(binding.source)! } : binding;
  return { tasks: kept.map(withTemplate), bindings: kept.map((place) => bindings[place]!.map(renumber)) };
}

/** The innermost foreach whose items a task is for. */
function nearest(id: string, foreach: readonly string[]): string | undefined {
  const around = foreach.filter((each) => id === itemsId(each) || id.startsWith(scopeIn(itemsId(each))));
  return around.reduce<string | undefined>(
    (longest, each) => (longest === undefined || each.length > longest.length ? each : longest),
    undefined,
  );
}

function byIds(bindings: readonly BindingReference[], ids: readonly string[]): TemplateBinding[] {
  return bindings.map(({ source, ...binding }) => ({ ...binding, source: typeof source === 'number' ? { task: ids[source]! } : source }));
}
