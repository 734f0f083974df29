import type { TaskGraph } from '../../graph/task-graph.ts';
import { makeDecompose } from './decompose.ts';
import type { Draft } from './draft.ts';
import { familiesOf } from './families.ts';
import type { Gating } from './gating.ts';
import { liftBranches } from './lift-branches.ts';
import { openDependencies } from './open-dependencies.ts';
import { packFamilies } from './pack-families.ts';
import { makeResolve } from './resolve.ts';
import { retryGates } from './retry-gates.ts';
import type { Structure } from './structure.ts';

/** Tasks that retryGates may build anew, per task of the plan. */
const RETRIES_PER_TASK = 40;

/**
 * Arranges the tasks in series and in parallel so that few of them need a gate.
 *
 * packFamilies      gates one side of every N that two tasks with a common dependency form
 * decompose         series and parallel steps; resolve gates more where neither is possible
 * retryGates        takes back gates that turn out to be needless
 * liftBranches      saves Parallels around branches that are gated anyway
 * openDependencies  what the structure does not hold is what the gates wait for
 *
 * Invariants: a task waits only for its ancestors; every dependency is held by a series or stands in the task's gate; Parallels
 * nest at most `NESTING_MAX` deep.
 *
 * @throws RangeError when there are no tasks: a structure has one at least
 */
export function makeStructure(graph: TaskGraph): Structure {
  const { sorted, order } = graph;
  if (sorted.size === 0) throw new RangeError('No tasks to arrange');
  const family = familiesOf(sorted);
  const gating: Gating = { graph: sorted, family, gated: new Uint8Array(sorted.size) };
  packFamilies(new Set(family), gating.gated);
  const decompose = makeDecompose(gating);
  const root = decompose.all(makeResolve(gating));
  retryGates(gating, decompose, root, RETRIES_PER_TASK * sorted.size);
  const lifted = liftBranches(sorted, root);
  return toStructure(lifted, openDependencies(sorted, lifted), order);
}

/** From places in the order to the tasks' own numbers. */
function toStructure(node: Draft, open: readonly (readonly number[])[], order: readonly number[]): Structure {
  if (node.kind !== 'task') return { kind: node.kind, parts: Array.from(node.parts, (part) => toStructure(part, open, order)) };
  const gate = open[node.task]!.map((dependency) => order[dependency]!).sort((a, b) => a - b);
  return { kind: 'task', task: order[node.task]!, gate };
}
