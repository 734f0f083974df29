import type { Decompose } from './decompose.ts';
import { addPart, type Draft, type DraftBlock, type DraftTask, leavesBelow, leavesByTask, levelOf, meet, partWith } from './draft.ts';
import type { Family } from './families.ts';
import type { Gating } from './gating.ts';

/**
 * Takes back gates that turn out to be needless, one by one.
 *
 * To take back that of a task concerns only the lowest Parallel that holds it and its open dependencies, and of that only the
 * branches in which these lie. They are built anew, and kept if nothing had to be gated.
 *
 * @param budget tasks that may be built anew in all
 */
export function retryGates({ graph, family, gated }: Gating, decompose: Decompose, root: Draft, budget: number): void {
  const leaves = leavesByTask(root);
  const rivals = countUngated(graph.dependencies, family, gated);
  let left = budget;

  for (let task = 0; task < graph.size; task++) {
    if (left <= 0) return;
    if (!gated[task] || rivals.any(task)) continue;
    const top = outermostOpen(graph.dependencies[task]!, leaves, task);
    gated[task] = 0;
    if (top && !rebuild(top, [task, ...graph.dependencies[task]!])) gated[task] = 1;
    else rivals.add(task);
  }

  function rebuild(top: DraftBlock, tasks: readonly number[]): boolean {
    const touched = new Set(tasks.map((task) => partWith(top, leaves[task]!)));
    const inTouched = [...touched].flatMap((branch) => (branch ? leavesBelow(branch) : [])).map((leaf) => leaf.task);
    left -= inTouched.length;
    const branches =
      left < 0
        ? undefined
        : decompose.branches(
            inTouched.sort((a, b) => a - b),
            parallelsAround(top),
          );
    if (!branches) return false;
    for (const branch of touched) if (branch) top.parts.delete(branch);
    for (const branch of branches) {
      addPart(top, branch);
      for (const leaf of leavesBelow(branch)) leaves[leaf.task] = leaf;
    }
    return true;
  }
}

/** Of the Parallels that leave a dependency of the task open, the outermost one. */
function outermostOpen(dependencies: readonly number[], leaves: readonly DraftTask[], task: number): DraftBlock | undefined {
  let top: DraftBlock | undefined;
  for (const dependency of dependencies) {
    const block = meet(leaves[dependency]!, leaves[task]!);
    if (block.kind === 'parallel' && (!top || levelOf(block) < levelOf(top))) top = block;
  }
  return top;
}

function parallelsAround(block: DraftBlock): number {
  let count = 0;
  for (let above = block.parent; above; above = above.parent) if (above.kind === 'parallel') count++;
  return count;
}

/** Says whether a task without a gate would form an N: whether it shares a dependency with an ungated task of another family. */
function countUngated(dependencies: readonly (readonly number[])[], family: readonly Family[], gated: Uint8Array) {
  const inFamily = new Map<Family, number>();
  const behind = new Int32Array(dependencies.length);
  const add = (task: number): void => {
    inFamily.set(family[task]!, (inFamily.get(family[task]!) ?? 0) + 1);
    for (const dependency of dependencies[task]!) behind[dependency]!++;
  };
  const any = (task: number): boolean => {
    const own = inFamily.get(family[task]!) ?? 0;
    return dependencies[task]!.some((dependency) => behind[dependency]! > own);
  };
  dependencies.forEach((_, task) => {
    if (!gated[task]) add(task);
  });
  return { add, any };
}
