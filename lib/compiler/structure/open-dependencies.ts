import type { SortedGraph } from '../../graph/task-graph.ts';
import { type Draft, leavesByTask, meet } from './draft.ts';

/** Per task the direct dependencies that the structure leaves open: those that do not come before it in some series. */
export function openDependencies(graph: SortedGraph, root: Draft): number[][] {
  const leaves = leavesByTask(root);
  return graph.dependencies.map((dependencies, task) =>
    dependencies.filter((dependency) => meet(leaves[dependency]!, leaves[task]!).kind === 'parallel'),
  );
}
