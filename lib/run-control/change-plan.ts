import { isDeepStrictEqual } from 'node:util';
import { dependenciesOf, type TaskBindings } from '../compiler/plan-dependencies.ts';
import { isBegin } from '../model/check-plan-refs.ts';
import { expandForeach } from '../model/expand-foreach.ts';
import type { ForeachFacts, Plan, Task } from '../model/plan.ts';
import type { TaskStatus } from '../model/run.ts';
import type { KeptPlan } from '../planning/kept-plan.ts';
import { descendants, tasksToRetry } from '../planning/tasks-to-retry.ts';
import { withoutTolerated } from '../planning/tolerated-items.ts';

/** What a changed plan comes to for a run. Tasks by their ids. */
export interface PlanDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Defined in another way than before. */
  readonly changed: readonly string[];
  /** Completed, and to run again all the same: a changed or added task is among what they depend on. */
  readonly rerun: readonly string[];
  /** Neither changed nor completed: they run again in any case. */
  readonly retried: readonly string[];
  /** Completed, or skipped for reasons that have not changed: their outputs stay. */
  readonly kept: readonly string[];
}

export interface ChangedPlan {
  readonly kept: KeptPlan;
  readonly diff: PlanDiff;
}

/**
 * Puts a changed plan in the place of a run's. Tasks keep their ordinals, new ones get others: nobody who is late with a task of the
 * old plan can be taken for one of the new.
 *
 * @param plan the new plan, and `bindings` in its ordinals
 * @param statusOf what became of a task of the old plan
 * @param execution the run's latest, whose foreach items the old plan has
 */
export function changePlan(
  old: KeptPlan,
  given: PlanInItsOrdinals,
  statusOf: (ordinal: number) => TaskStatus | undefined,
  execution = 0,
): ChangedPlan {
  const gone = new Set(old.removed);
  const known = new Map(old.plan.tasks.flatMap(({ task_id }, ordinal) => (gone.has(ordinal) ? [] : [[task_id, ordinal] as const])));
  const begun = old.plan.tasks.filter(({ task_id, foreach }) => foreach?.items !== undefined && known.has(task_id));
  // what a foreach is done for stays where its begin is not to run again
  for (let kept = begun; ; ) {
    const changed = changeWith(old, withItemsOf(given, kept), known, statusOf);
    const rerun = new Set(changed.kept.rerun);
    const still = kept.filter(({ compound }) => !rerun.has(known.get(compound!.begin!)!));
    if (still.length === kept.length) return { ...changed, kept: { ...changed.kept, items_until: execution } };
    kept = still;
  }
}

interface PlanInItsOrdinals {
  readonly plan: Plan;
  readonly bindings: TaskBindings;
}

/** A plan with the items that foreach tasks of the one before came to, where it has them and an item is made of the same tasks. */
function withItemsOf(given: PlanInItsOrdinals, begun: readonly Task[]): PlanInItsOrdinals {
  let { plan, bindings } = given;
  for (const { task_id, foreach } of begun.toSorted((a, b) => a.foreach!.items!.first - b.foreach!.items!.first)) {
    const task = plan.tasks.findIndex((each) => each.task_id === task_id);
    const idsOf = (facts: ForeachFacts | undefined): string | undefined =>
      facts && JSON.stringify(facts.template.map((each) => each.task_id));
    if (task < 0 || idsOf(plan.tasks[task]!.foreach) !== idsOf(foreach)) continue;
    const { items } = foreach!;
    const first = plan.tasks.length;
    const whole = expandForeach({ tasks: plan.tasks, bindings }, [{ task, first, count: items!.count }]);
    // its items have their ordinals already
    const tasks = whole.tasks.with(task, { ...whole.tasks[task]!, foreach: { ...whole.tasks[task]!.foreach!, items: items! } });
    plan = { ...plan, tasks };
    bindings = whole.bindings;
  }
  return { plan, bindings };
}

function changeWith(
  old: KeptPlan,
  { plan, bindings }: PlanInItsOrdinals,
  known: ReadonlyMap<string, number>,
  statusOf: (ordinal: number) => TaskStatus | undefined,
): ChangedPlan {
  const gone = new Set(old.removed);
  let next = old.plan.tasks.length;
  const ordinals = plan.tasks.map(({ task_id }) => known.get(task_id) ?? next++);

  const tasks: Task[] = [...old.plan.tasks];
  const wholeBindings: TaskBindings[number][] = [...old.bindings];
  plan.tasks.forEach((task, i) => {
    tasks[ordinals[i]!] = task;
    wholeBindings[ordinals[i]!] = bindings[i]!.map(({ source, ...binding }) => ({
      ...binding,
      source: typeof source === 'number' ? ordinals[source]! : source,
    }));
  });
  const present = new Set(ordinals);
  const removed = [...tasks.keys()].filter((ordinal) => !present.has(ordinal));
  const whole: Plan = { ...plan, tasks };

  const isChanged = (ordinal: number): boolean => {
    const before = old.plan.tasks[ordinal];
    return before === undefined || !isSameTask(before, tasks[ordinal]!);
  };
  const changed = ordinals.filter(isChanged);
  const dependencies = dependenciesOf(whole, wholeBindings, new Set(removed));
  const again = descendants(dependencies, changed);
  const rerun = new Set([...changed, ...again]);
  for (const ordinal of ordinals) tasks[ordinal] = inGeneration(tasks[ordinal]!, old.plan.tasks[ordinal], rerun.has(ordinal));
  const toRetry = withoutTolerated(tasks, tasksToRetry(dependencies, ordinals, statusOf, rerun), statusOf);
  const isCompleted = (ordinal: number): boolean => statusOf(ordinal) === 'completed';
  const isNew = (ordinal: number): boolean => old.plan.tasks[ordinal] === undefined;
  // who wrote the plan knows nothing of begins: a compound is what its end is, and changed with its begin
  const changedWithin = new Set(changed.flatMap((ordinal) => (isBegin(tasks[ordinal]!) ? [tasks[ordinal]!.within!] : [])));
  const isShownChanged = (ordinal: number): boolean =>
    !isNew(ordinal) && (isChanged(ordinal) || changedWithin.has(tasks[ordinal]!.task_id));
  const idsOf = (list: readonly number[]): string[] =>
    list.flatMap((ordinal) => (isBegin(tasks[ordinal]!) ? [] : [tasks[ordinal]!.task_id]));
  const unchanged = ordinals.filter((ordinal) => !isNew(ordinal) && !isShownChanged(ordinal));
  return {
    kept: {
      plan: whole,
      bindings: wholeBindings,
      ...(old.made_id && { made_id: old.made_id }),
      max_parallel_tasks: old.max_parallel_tasks,
      removed,
      rerun: [...rerun],
    },
    diff: {
      added: idsOf(changed.filter(isNew)),
      removed: idsOf(removed.filter((ordinal) => !gone.has(ordinal))),
      changed: idsOf(ordinals.filter(isShownChanged)),
      rerun: idsOf(unchanged.filter((ordinal) => isCompleted(ordinal) && again.has(ordinal))),
      retried: idsOf(unchanged.filter((ordinal) => !isCompleted(ordinal) && toRetry.has(ordinal))),
      kept: idsOf(unchanged.filter((ordinal) => !toRetry.has(ordinal))),
    },
  };
}

/** Whether two definitions of a task are equal; the order of its dependencies says nothing. */
function isSameTask(before: Task, after: Task): boolean {
  return isDeepStrictEqual(comparable(before), comparable(after));
}

/** A task that is a run of another plan has another one where it is to run again from its beginning. */
function inGeneration(task: Task, before: Task | undefined, isRerun: boolean): Task {
  if (task.sub_plan === undefined) return task;
  const generation = (before?.sub_plan?.generation ?? 1) + (isRerun && before !== undefined ? 1 : 0);
  return { ...task, sub_plan: { ...task.sub_plan, generation } };
}

function comparable(task: Task): unknown {
  const plain = JSON.parse(JSON.stringify(task)) as Task; // what was kept went through JSON
  // how the end of a compound finds out what it comes to depends on the rest of the plan, what it comes to does not
  const end = plain.compound === undefined ? {} : { trigger_rule: undefined, guard: undefined };
  const subPlan = plain.sub_plan === undefined ? {} : { sub_plan: { ...plain.sub_plan, generation: undefined } };
  const { foreach } = plain;
  return {
    ...plain,
    ...end,
    ...subPlan,
    // what its items are does not follow from how it is defined
    ...(foreach && { foreach: { ...foreach, items: undefined } }),
    dependencies: foreach ? [] : plain.dependencies.map((dependency) => JSON.stringify(Object.entries(dependency).sort())).sort(),
  };
}
