import { DisjointSets } from './disjoint-sets.ts';
import type { Gating } from './gating.ts';
import type { TaskSet } from './task-set.ts';

/** Gates at least one more of the tasks of a connected part without a series cut. */
export type Resolve = (tasks: readonly number[], inside: TaskSet) => void;

/**
 * Sweeps the part in topological order and grows branches: a task with dependencies in one branch continues it. A join v of
 * several branches can close them only if everything in them ends before v. A task is dangling when it hangs on an ancestor of
 * v in these branches but does not lead to v:
 *
 *     a     b
 *     | \  /        d is dangling: v cannot close the branches of a and b into one
 *     d   v
 *
 * Without one, v closes the branches into one. Otherwise the cheaper side is gated: v and its family, or the dangling tasks.
 */
export function makeResolve({ graph, family, gated }: Gating): Resolve {
  const branches = new DisjointSets(graph.size);
  const members: number[][] = [];
  const seen = new Int32Array(graph.size).fill(-1);

  return (tasks, inside) => {
    let lastJoin = -1;
    let settled = false;
    for (const task of tasks) {
      branches.reset(task);
      members[task] = [task];
      if (gated[task]) continue;
      const dependencies = graph.dependencies[task]!.filter((dependency) => inside.has(dependency));
      const joined = new Set(dependencies.map((dependency) => branches.find(dependency)));
      if (joined.size > 1) {
        lastJoin = task;
        const relatives = [task];
        const dangling: number[] = [];
        seen[task] = task;
        for (const branch of joined) {
          for (const member of members[branch]!) {
            if (!graph.isAncestor(member, task)) continue;
            for (const other of graph.dependents[member]!) {
              if (seen[other] === task || gated[other] || !inside.has(other)) continue;
              if (graph.isAncestor(other, task) || graph.isAncestor(task, other)) continue;
              seen[other] = task;
              if (!dependencies.every((dependency) => graph.isAncestor(dependency, other))) dangling.push(other);
              else if (family[other] === family[task]) relatives.push(other);
            }
          }
        }
        if (dangling.length > 0) {
          const stays = dangling.length < relatives.length;
          for (const loser of stays ? dangling : relatives) gated[loser] = 1;
          if (stays) return; // the branches have changed
          settled = true;
          continue;
        }
      }
      // small into large
      let into = task;
      for (const branch of joined) if (members[branch]!.length > members[into]!.length || into === task) into = branch;
      for (const branch of [...joined, task]) {
        if (branch === into) continue;
        branches.unite(branch, into);
        for (const member of members[branch]!) members[into]!.push(member);
        members[branch] = [];
      }
    }
    if (!settled) gated[lastJoin] = 1;
  };
}
