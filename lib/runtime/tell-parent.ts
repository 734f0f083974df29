import { drainExecution } from './drain-execution.ts';
import { followParent } from './follow-parent.ts';
import { findParentTask } from './parent-task.ts';
import type { Runtime } from './runtime.ts';
import { repeatChildEnd } from './take-child-end.ts';
import { isAtRest } from './wait-for-run.ts';

/**
 * Tells the task that a run was started for that the run has ended, or is paused: so ends its attempt, or the pause of its run, and those above
 * it. Nothing for a run without a parent, or one that goes on. Safe to repeat: whoever ended the run may have died before this.
 */
export async function tellParent(runtime: Runtime, runId: string): Promise<void> {
  for (let childId = runId; ; ) {
    const child = await runtime.store.getControl(childId);
    if (child?.parent === undefined || !isAtRest(child)) return;
    const task = await findParentTask(runtime, child);
    if (task !== undefined) await repeatChildEnd(runtime, task, child);
    await followParent(runtime, childId);
    if (task?.parent.status !== 'pausing' || !(await drainExecution(runtime, task.scope.ref))) return;
    childId = task.parent.run_id;
  }
}
