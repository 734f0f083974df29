import { chains } from './chains.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { type Draft, draftBlock, draftTask } from './draft.ts';
import type { Gating } from './gating.ts';
import type { Resolve } from './resolve.ts';
import { seriesCuts } from './series-cuts.ts';
import { TaskSet } from './task-set.ts';

/**
 * Parallels nest so deep at the most; whatever would go deeper becomes gated chains. Real plans seldom pass 5. The bound lets all
 * that reads a structure recurse, keeps the JSON of a definition under 400 levels, and the time to make it in proportion to its size.
 */
export const NESTING_MAX = 64;

export interface Decompose {
  /** The structure of all tasks. `resolve` says what to gate in a part that allows neither a series nor a parallel step. */
  all(resolve: Resolve): Draft;
  /**
   * The branches that the tasks form in a Parallel with `nesting` others around it; undefined when they need one more gate.
   *
   * @param tasks ascending
   */
  branches(tasks: readonly number[], nesting: number): Draft[] | undefined;
}

/**
 * Series and parallel steps that cost nothing are always taken: series cuts, else connected components by the dependencies of
 * the tasks that are not gated.
 */
export function makeDecompose(gating: Gating): Decompose {
  const { graph, gated } = gating;
  const inside = new TaskSet(graph.size);
  const sets = new DisjointSets(graph.size);
  const prefix = new Int32Array(graph.size);

  const components = (tasks: readonly number[]): number[][] => {
    for (const task of tasks) sets.reset(task);
    for (const task of tasks) {
      if (gated[task]) continue;
      for (const dependency of graph.dependencies[task]!) if (inside.has(dependency)) sets.unite(sets.find(dependency), sets.find(task));
    }
    const groups = new Map<number, number[]>();
    for (const task of tasks) {
      const root = sets.find(task);
      const group = groups.get(root);
      if (group) group.push(task);
      else groups.set(root, [task]);
    }
    return [...groups.values()];
  };

  // recursion is bounded by NESTING_MAX: series -> parallel -> series in it -> ...
  const series = (tasks: readonly number[], cuts: readonly number[], nesting: number, resolve: Resolve | undefined): Draft | undefined => {
    const parts: Draft[] = [];
    let from = 0;
    for (const to of [...cuts, tasks.length]) {
      const branches = to - from === 1 ? [draftTask(tasks[from]!)] : parallel(tasks.slice(from, to), nesting, resolve);
      if (!branches) return undefined;
      parts.push(draftBlock('parallel', branches));
      from = to;
    }
    return draftBlock('series', parts);
  };

  /** The branches of a Parallel with `nesting` others around it. */
  const parallel = (tasks: readonly number[], nesting: number, resolve: Resolve | undefined): Draft[] | undefined => {
    const branches: Draft[] = [];
    const open = [tasks];
    for (let part = open.pop(); part; part = open.pop()) {
      if (part.length === 1) {
        branches.push(draftTask(part[0]!));
        continue;
      }
      inside.fill(part);
      const cuts = seriesCuts(graph, part, inside, prefix);
      if (cuts.length > 0 && (nesting + 1 < NESTING_MAX || cuts.length === part.length - 1)) {
        const branch = series(part, cuts, nesting + 1, resolve);
        if (!branch) return undefined;
        branches.push(branch);
        continue;
      }
      let groups = components(part);
      if (groups.length === 1 && !resolve) return undefined;
      if (groups.length === 1 && cuts.length > 0) {
        for (const chain of chains(gating, part, inside)) branches.push(draftBlock('series', chain.map(draftTask)));
        continue;
      }
      while (groups.length === 1) {
        resolve!(part, inside);
        groups = components(part);
      }
      for (const group of groups.reverse()) open.push(group);
    }
    return branches;
  };

  const everything = graph.dependencies.map((_, task) => task);
  return {
    all(resolve) {
      inside.fill(everything);
      const cuts = seriesCuts(graph, everything, inside, prefix);
      return cuts.length > 0 ? series(everything, cuts, 0, resolve)! : draftBlock('parallel', parallel(everything, 0, resolve)!);
    },
    branches: (tasks, nesting) => parallel(tasks, nesting, undefined),
  };
}
