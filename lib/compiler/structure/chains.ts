import type { Gating } from './gating.ts';
import type { TaskSet } from './task-set.ts';

/**
 * Tasks as chains side by side, without any Parallel inside: each task is followed by the dependent with most still ahead of
 * it. Gates every task with a dependency that its chain does not hold.
 *
 * @param tasks ascending
 * @param inside the same tasks
 */
export function chains({ graph, gated }: Gating, tasks: readonly number[], inside: TaskSet): number[][] {
  const ahead = new Map<number, number>();
  const heir = new Map<number, number>();
  for (const task of tasks.toReversed()) {
    let most = 0;
    for (const dependent of graph.dependents[task]!) {
      if (!inside.has(dependent) || ahead.get(dependent)! <= most) continue;
      most = ahead.get(dependent)!;
      heir.set(task, dependent);
    }
    ahead.set(task, most + 1);
  }
  const chainOf = new Map<number, number[]>();
  for (const task of tasks) {
    const dependencies = graph.dependencies[task]!.filter((dependency) => inside.has(dependency));
    const last = dependencies.find((dependency) => heir.get(dependency) === task);
    const chain = last === undefined ? [] : chainOf.get(last)!;
    chain.push(task);
    chainOf.set(task, chain);
    if (dependencies.some((dependency) => chainOf.get(dependency) !== chain)) gated[task] = 1;
  }
  return [...new Set(chainOf.values())];
}
