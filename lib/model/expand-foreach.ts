import type { BindingReference } from './bindings.ts';
import { blocking } from './blocking.ts';
import type { FlatTasks } from './flatten-compounds.ts';
import { itemId, itemsId, movedId } from './nested-ids.ts';
import type { ForeachFacts, ItemRange, Task, TemplateBinding } from './plan.ts';

/** What a foreach came to. */
export interface ExpandedForeach extends ItemRange {
  /** The ordinal of its end. */
  readonly task: number;
}

/**
 * A plan with the tasks of a foreach's items in it, each by the ordinal that it has in the run.
 *
 * @param expanded by their `first`: an item of one may have another in it
 */
export function expandForeach({ tasks, bindings }: FlatTasks, expanded: readonly ExpandedForeach[]): FlatTasks {
  if (expanded.length === 0) return { tasks, bindings };
  const whole = [...tasks];
  const wholeBindings = [...bindings];
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  for (const { task, first, count } of expanded) {
    const end = whole[task]!;
    const foreach = end.foreach!;
    const { template } = foreach;
    for (let index = 0; index < count; index++) {
      const move = (id: string): string => movedId(id, itemsId(end.task_id), itemId(end.task_id, index));
      const item = { begin: end.compound!.begin!, index, ...(end.item && { outer: end.item }) };
      const at = first + index * template.length;
      template.forEach((each, offset) => {
        whole[at + offset] = { ...moved(each, move), item };
        ordinals.set(move(each.task_id), at + offset);
      });
      foreach.bindings.forEach((list, offset) => {
        wholeBindings[at + offset] = list.map((binding) => byOrdinal(binding, (id) => ordinals.get(move(id))!));
      });
    }
    const items = Array.from({ length: count }, (_, index) => blocking(itemId(end.task_id, index)));
    whole[task] = { ...end, dependencies: [blocking(end.compound!.begin!), ...items], foreach: { ...foreach, items: { first, count } } };
  }
  return { tasks: whole, bindings: wholeBindings };
}

function moved(task: Task, move: (id: string) => string): Task {
  return {
    ...task,
    task_id: move(task.task_id),
    dependencies: task.dependencies.map((dependency) => ({ ...dependency, task_id: move(dependency.task_id) })),
    ...(task.within === undefined ? {} : { within: move(task.within) }),
    ...(task.guard === undefined ? {} : { guard: move(task.guard) }),
    ...(task.compound === undefined
      ? {}
      : { compound: { ...task.compound, begin: task.compound.begin === null ? null : move(task.compound.begin) } }),
    ...(task.foreach === undefined ? {} : { foreach: movedForeach(task.foreach, move) }),
  };
}

function movedForeach(foreach: ForeachFacts, move: (id: string) => string): ForeachFacts {
  return {
    ...foreach,
    template: foreach.template.map((task) => moved(task, move)),
    bindings: foreach.bindings.map((list) =>
      list.map((binding) => (typeof binding.source === 'string' ? binding : { ...binding, source: { task: move(binding.source.task) } })),
    ),
  };
}

function byOrdinal({ source, ...binding }: TemplateBinding, ordinalOf: (id: string) => number): BindingReference {
  return { ...binding, source: typeof source === 'string' ? source : ordinalOf(source.task) };
}
