import { Ancestors } from './ancestors.ts';

export interface Reduction {
  /** Per task its dependencies that no other dependency implies, the latest first. */
  readonly dependencies: number[][];
  readonly ancestors: Ancestors;
}

/**
 * Leaves out the dependencies that follow from others, and duplicates.
 *
 * @param dependencies of tasks numbered so that a dependency has the smaller number; per task the latest first
 */
export function transitiveReduction(dependencies: readonly (readonly number[])[]): Reduction {
  const ancestors = new Ancestors(dependencies.length);
  const reduced = dependencies.map((all, task) => {
    const kept: number[] = [];
    ancestors.begin();
    // a dependency can only be implied by a later one
    for (const dependency of all) {
      if (ancestors.includes(dependency)) continue;
      ancestors.include(dependency);
      kept.push(dependency);
    }
    ancestors.end(task);
    return kept;
  });
  return { dependencies: reduced, ancestors };
}
