import type { SortedGraph } from '../../graph/task-graph.ts';
import { type Draft, draftBlock, leavesBelow } from './draft.ts';
import { openDependencies } from './open-dependencies.ts';
import { TaskSet } from './task-set.ts';

/**
 * Saves Parallels: a branch is free when every dependency that crosses its border belongs to a task that has a gate anyway.
 * Where at most one branch of an inner Parallel is not free, the free ones move to the next Parallel outside.
 *
 * Invariant: no task gets a gate that had none; gates may come to wait for more.
 */
export function liftBranches(graph: SortedGraph, root: Draft): Draft {
  const gate = openDependencies(graph, root).map((open) => open.length > 0);
  const inside = new TaskSet(graph.size);

  const isFree = (branch: Draft): boolean => {
    const tasks = leavesBelow(branch).map((leaf) => leaf.task);
    inside.fill(tasks);
    return tasks.every(
      (task) =>
        (gate[task] || graph.dependencies[task]!.every((dependency) => inside.has(dependency))) &&
        graph.dependents[task]!.every((dependent) => gate[dependent] || inside.has(dependent)),
    );
  };

  /** @param lifted takes what moves to the next Parallel outside; undefined when there is none */
  const visit = (node: Draft, lifted: Draft[] | undefined): Draft => {
    if (node.kind === 'task') return node;
    if (node.kind === 'series')
      return draftBlock(
        'series',
        Array.from(node.parts, (part) => visit(part, lifted)),
      );
    const fromInside: Draft[] = [];
    const branches = Array.from(node.parts, (part) => visit(part, fromInside));
    branches.push(...fromInside);
    if (!lifted) return draftBlock('parallel', branches);
    const bound = branches.filter((branch) => !isFree(branch));
    if (bound.length > 1) return draftBlock('parallel', branches);
    const stays = bound[0] ?? branches[0]!;
    lifted.push(...branches.filter((branch) => branch !== stays));
    return stays;
  };
  return visit(root, undefined);
}
