import { buildTaskGraph, type TaskGraph } from '../graph/task-graph.ts';
import type { Plan, Task } from '../model/plan.ts';

/** What of a plan's order holds whatever becomes of its tasks. */
export interface DecidedOrder {
  /**
   * The dependencies that series may hold: of tasks that run only when all these have completed. So what is not completed ends its scope,
   * and two tasks of which one is the other's ancestor never run at once. Tasks that decide have none: their gates have them.
   */
  readonly held: TaskGraph;
  /** Per task the dependencies by which it is decided: reduced, but only by what implies them. */
  readonly dependencies: readonly (readonly number[])[];
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
 * @param graph of all dependencies; that of a plan in which nothing decides is what holds, as it is
 */
export function decidedOrder({ tasks }: Plan, dependencies: readonly (readonly number[])[], graph: TaskGraph): DecidedOrder {
  const hasRule = tasks.map((task) => task.trigger_rule !== 'all_success');
  if (!hasRule.includes(true) && !tasks.some(hasCondition)) {
    return { held: graph, dependencies: graph.dependencies, dependents: graph.dependents, deciders: new Set() };
  }
  const implied = buildTaskGraph(dependencies.map((own, task) => (hasRule[task] ? [] : own)));
  const deciding = dependencies.map((own, task) => (hasRule[task] ? own : implied.dependencies[task]!));
  const skippable = skippableTasks(tasks, deciding, graph.order);
  const joins = deciding.map((own, task) => !hasRule[task] && own.length > 1 && own.some((dependency) => skippable.has(dependency)));
  const deciders = new Set(tasks.flatMap((_, task) => (hasRule[task] || joins[task] ? [task] : [])));
  return {
    held: buildTaskGraph(deciding.map((own, task) => (deciders.has(task) ? [] : own))),
    dependencies: deciding,
    dependents: invert(deciding),
    deciders,
  };
}

/** Tasks that may end `skipped`. */
function skippableTasks(tasks: readonly Task[], dependencies: readonly (readonly number[])[], order: readonly number[]): Set<number> {
  const skippable = new Set<number>();
  for (const task of order) {
    const isSkippable = (dependency: number): boolean => skippable.has(dependency);
    const { trigger_rule: rule } = tasks[task]!;
    const byRule =
      rule === 'one_failed' ||
      (rule === 'all_success' && dependencies[task]!.some(isSkippable)) ||
      (rule === 'one_success' && dependencies[task]!.every(isSkippable));
    if (byRule || hasCondition(tasks[task]!)) skippable.add(task);
  }
  return skippable;
}

export function hasCondition({ dependencies }: Pick<Task, 'dependencies'>): boolean {
  return dependencies.some(({ dependency_type }) => dependency_type === 'conditional');
}

function invert(lists: readonly (readonly number[])[]): number[][] {
  const inverse: number[][] = lists.map(() => []);
  lists.forEach((list, from) => {
    for (const to of list) inverse[to]!.push(from);
  });
  return inverse;
}
