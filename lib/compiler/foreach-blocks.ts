import { expandForeach } from '../model/expand-foreach.ts';
import { beginId, itemId, itemsId, movedId } from '../model/nested-ids.ts';
import type { Plan } from '../model/plan.ts';
import type { TaskBindings } from './plan-dependencies.ts';

/** A plan with tasks that stand for the items of every foreach whose list is not known yet. */
export interface PlanWithItems {
  readonly plan: Plan;
  readonly bindings: TaskBindings;
  /** Of each such foreach, by the ordinal of its end: the lowest ordinal of the tasks that stand for its items. Those of an outer one come first. */
  readonly standIns: ReadonlyMap<number, number>;
  /** Per task the end of the foreach that it is an item's task of, if any. */
  readonly itemOf: readonly (number | undefined)[];
}

/** Adds stand-ins, behind all other tasks: those of the first item of each foreach that is open and has not begun. */
export function withStandIns(plan: Plan, bindings: TaskBindings, open: ReadonlySet<number>): PlanWithItems {
  if (!plan.tasks.some(({ foreach }) => foreach !== undefined)) return { plan, bindings, standIns: new Map(), itemOf: [] };
  const standIns = new Map<number, number>();
  const size = plan.tasks.length;
  let whole: Pick<PlanWithItems, 'plan' | 'bindings'> = { plan, bindings };
  for (let end = 0; end < whole.plan.tasks.length; end++) {
    const { foreach } = whole.plan.tasks[end]!;
    if (foreach === undefined || foreach.items !== undefined || (end < size && !open.has(end))) continue;
    const first = whole.plan.tasks.length;
    standIns.set(end, first);
    const { tasks, bindings: all } = expandForeach({ tasks: whole.plan.tasks, bindings: whole.bindings }, [{ task: end, first, count: 1 }]);
    whole = { plan: { ...plan, tasks }, bindings: all };
  }
  const { tasks } = whole.plan;
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const itemOf = tasks.map(({ item }) => item && ordinals.get(tasks[ordinals.get(item.begin)!]!.within!)!);
  return { ...whole, standIns, itemOf };
}

/** How many items a foreach has, where its list is in the plan; by its end. */
export function listedCount({ tasks }: Pick<Plan, 'tasks'>, end: number): number | undefined {
  const begin = beginId(tasks[end]!.task_id);
  const items = tasks.find(({ task_id }) => task_id === begin)?.inputs.items;
  return Array.isArray(items) ? items.length : undefined;
}

/** The id of a task as the plan's template has it, with a `*` for each item that it is in. */
export function templateId({ plan: { tasks }, itemOf }: PlanWithItems, ordinal: number): string {
  let id = tasks[ordinal]!.task_id;
  for (let at = ordinal; itemOf[at] !== undefined; at = itemOf[at]!) {
    const foreach = tasks[itemOf[at]!]!.task_id;
    id = movedId(id, itemId(foreach, tasks[at]!.item!.index), itemsId(foreach));
  }
  return id;
}

/** Per task the dependencies by which it is ordered and decided: the end of a foreach follows its begin, since its state comes after those of its items. */
export function withoutItems(
  { plan: { tasks }, itemOf }: PlanWithItems,
  dependencies: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  if (itemOf.length === 0) return dependencies;
  return dependencies.map((list, ordinal) =>
    tasks[ordinal]!.foreach === undefined ? list : list.filter((each) => itemOf[each] !== ordinal),
  );
}

/** Per task its dependents without those of other items, or of items where it is of none: nobody knows their tasks who does not know the item's. */
export function withinItems({ itemOf }: PlanWithItems, dependents: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (itemOf.length === 0) return dependents;
  return dependents.map((list, ordinal) => list.filter((each) => itemOf[each] === itemOf[ordinal]));
}
