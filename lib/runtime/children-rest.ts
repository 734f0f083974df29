import { isFinalRun } from '../model/run.ts';
import { childRunId, runsPlan } from './child-run-id.ts';
import { isOfThisTry } from './parent-task.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskProgress } from './ports/tasks.ts';
import type { RunScope, Runtime } from './runtime.ts';
import { takeChildEnd } from './take-child-end.ts';
import { isAtRest } from './wait-for-run.ts';

/**
 * Whether nothing goes on of the child runs that tasks wait for; the ends of those that have ended are taken. One that is yet to be written
 * down does not start: it finds the run as it is by then.
 */
export async function childrenRest(
  runtime: Runtime,
  scope: RunScope,
  parent: RunControl,
  waiting: readonly TaskProgress[],
): Promise<boolean> {
  for (const item of waiting) {
    const record = scope.spec.tasks[item.ordinal]!;
    if (!runsPlan(record)) continue;
    const child = await runtime.store.getControl(childRunId(scope.runId, record));
    if (child === undefined) continue;
    if (!isAtRest(child)) return false;
    // one that has ended in an earlier try, and was not taken up in this one yet, is no end of this one
    const hasEnded = child.status === 'completed' || (isFinalRun(child.status) && isOfThisTry(child, { scope, item }));
    if (hasEnded) await takeChildEnd(runtime, { wish: 'pause', parent, scope, record, item }, child);
  }
  return true;
}
