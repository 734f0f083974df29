import type { SortedGraph } from '../../graph/task-graph.ts';

/** The tasks with the same direct dependencies. */
export interface Family {
  readonly dependencies: readonly number[];
  readonly tasks: number[];
}

/** Per task its family. */
export function familiesOf(graph: SortedGraph): Family[] {
  const families = new Map<string, Family>();
  return graph.dependencies.map((dependencies, task) => {
    const key = dependencies.join();
    let family = families.get(key);
    if (!family) {
      family = { dependencies, tasks: [] };
      families.set(key, family);
    }
    family.tasks.push(task);
    return family;
  });
}
