import { openGraph } from '../graph/open-graph.ts';
import { buildTaskGraph, type TaskGraph } from '../graph/task-graph.ts';
import type { Plan, Task } from '../model/plan.ts';
import { hasCondition, hasRule, RULE_FACTS } from '../model/task-rules.ts';
import type { Residual } from './residual.ts';

/** What of a plan's order holds whatever becomes of its tasks. */
export interface DecidedOrder {
  /**
   * The dependencies that series may hold: of tasks that run only when all these have completed. So what is not completed ends its scope,
   * and two tasks of which one is the other's ancestor never run at once. Tasks that decide have none: their gates have them.
   */
  readonly held: TaskGraph;
  /** Per task the dependencies by which it is decided: reduced, but only by what implies them. Of all tasks, open or not. */
  readonly dependencies: readonly (readonly number[])[];
  /** Those of them that an open task waits for: the open ones. None where it is decided without them. */
  readonly awaited: readonly (readonly number[])[];
  /** Per task that task's dependents by these. */
  readonly dependents: readonly (readonly number[])[];
  /** The tasks that decide: what becomes of them follows from how several dependencies ended. */
  readonly deciders: ReadonlySet<number>;
}

/**
 * Finds the tasks that decide. Those with a trigger rule do; and joins behind tasks that may be skipped, which are `blocked` when another of
 * their dependencies fails after that. All others follow the first of their dependencies that does not complete.
 *
 * A dependency is implied by another only where every task between them runs on completed dependencies alone: a task of `all_done` that has
 * completed says nothing of those before it.
 *
 * @param graphs of all dependencies, and of those between open tasks: in a plan in which nothing decides they are what holds, as they are
 */
export function decidedOrder(
  { tasks }: Plan,
  dependencies: readonly (readonly number[])[],
  graphs: { readonly all: TaskGraph; readonly open: TaskGraph },
  { open, decided }: Pick<Residual, 'open' | 'decided'>,
): DecidedOrder {
  const { all } = graphs;
  // the end of a foreach comes whatever became of its items, since its state comes after theirs
  const isByRule = tasks.map((task) => hasRule(task) && task.foreach === undefined);
  if (!isByRule.includes(true) && !tasks.some(hasCondition)) {
    const awaited = graphs.open.dependencies;
    return { held: graphs.open, dependencies: all.dependencies, awaited, dependents: all.dependents, deciders: new Set() };
  }
  const impliedBy = (build: GraphOf, own: (task: number) => readonly number[]): readonly (readonly number[])[] => {
    const implied = build(dependencies.map((list, task) => (isByRule[task] ? [] : list)));
    return dependencies.map((_, task) => (isByRule[task] ? own(task) : implied.dependencies[task]!));
  };
  const deciding = impliedBy(buildTaskGraph, (task) => dependencies[task]!);
  const skippable = skippableTasks(tasks, deciding, all.order);
  const joins = deciding.map((own, task) => !isByRule[task] && own.length > 1 && own.some((dependency) => skippable.has(dependency)));
  const deciders = new Set(tasks.flatMap((_, task) => (isByRule[task] || joins[task] ? [task] : [])));

  const isWhole = open.size === tasks.length;
  const buildOpen: GraphOf = isWhole ? buildTaskGraph : (lists) => openGraph(lists, open);
  const openOnes = (task: number): readonly number[] => (open.has(task) ? dependencies[task]!.filter((each) => open.has(each)) : []);
  const awaited = isWhole ? deciding : impliedBy(buildOpen, openOnes);
  return {
    held: buildOpen(awaited.map((own, task) => (deciders.has(task) ? [] : own))),
    dependencies: deciding,
    awaited: awaited.map((own, task) => (decided.has(task) ? [] : own)),
    dependents: invert(deciding),
    deciders,
  };
}

type GraphOf = (dependencies: readonly (readonly number[])[]) => TaskGraph;

/** Tasks that may end `skipped`. */
function skippableTasks(tasks: readonly Task[], dependencies: readonly (readonly number[])[], order: readonly number[]): Set<number> {
  const skippable = new Set<number>();
  for (const task of order) {
    const own = dependencies[task]!;
    const isSkippable = (dependency: number): boolean => skippable.has(dependency);
    const { trigger_rule, guard } = tasks[task]!;
    const isGuard = (dependency: number): boolean => tasks[dependency]!.task_id === guard;
    const { skippable: when } = RULE_FACTS[trigger_rule];
    const byRule =
      when === 'always' ||
      own.some((dependency) => isGuard(dependency) && isSkippable(dependency)) ||
      (when === 'with_one' && own.some(isSkippable)) ||
      (when === 'with_all' && own.every((dependency) => isGuard(dependency) || isSkippable(dependency)));
    if (byRule || hasCondition(tasks[task]!)) skippable.add(task);
  }
  return skippable;
}

function invert(lists: readonly (readonly number[])[]): number[][] {
  const inverse: number[][] = lists.map(() => []);
  lists.forEach((list, from) => {
    for (const to of list) inverse[to]!.push(from);
  });
  return inverse;
}
