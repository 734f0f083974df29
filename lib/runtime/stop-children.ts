import { refOf } from '../model/execution-ref.ts';
import { finishCancelling } from './cancel-run.ts';
import { childrenOf } from './children-of.ts';
import { followParent } from './follow-parent.ts';
import type { RunControl } from './ports/runs.ts';
import type { Runtime } from './runtime.ts';
import { settleRun } from './settle-run.ts';
import { stopExecution } from './stop-execution.ts';

/**
 * Has the child runs of a run stop that has ended. Safe to repeat.
 *
 * @param dead whoever carried out their attempts is gone too
 */
export async function stopChildren(runtime: Runtime, control: RunControl, dead = false): Promise<void> {
  for (const childId of await childrenOf(runtime, control)) {
    await followParent(runtime, childId, (_, child) => interruptChild(runtime, child, dead));
    const child = await runtime.store.getControl(childId);
    if (child?.status === 'cancelling') await finishCancelling(runtime, child);
  }
}

/** Settles a child run whose parent was interrupted: it can be resumed, as its parent can. */
export async function interruptChild(runtime: Runtime, child: RunControl, dead = false): Promise<void> {
  await stopExecution(runtime, child);
  const reason = `its parent, run ${child.parent?.run_id}, was interrupted`;
  await settleRun(runtime, refOf({ runId: child.run_id, execution: child.execution }), { reason, dead });
}
