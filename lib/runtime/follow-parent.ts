import { refOf } from '../model/execution-ref.ts';
import { isFinalRun } from '../model/run.ts';
import { controlStateOf } from './control-table.ts';
import { nextOrder } from './next-order.ts';
import { findParentTask, isOfThisTry, type ParentTask, tryOf } from './parent-task.ts';
import type { ChildTry } from './ports/child-runs.ts';
import type { RunControl } from './ports/runs.ts';
import { type Runtime, timestamp } from './runtime.ts';
import { LOOK_AFTER_SEC } from './start-run.ts';
import { takeChildEnd } from './take-child-end.ts';

/** Settles a child run whose parent's execution has died. */
export type InterruptChild = (runtime: Runtime, child: RunControl) => Promise<void>;

/**
 * Brings a child run into line with what its parent wants of it. It is done by whoever has changed either of the two, after the change, and by
 * the start queue: so whatever happens at once, somebody sees both as they are in the end. Nothing for a run without a parent. Each change is
 * of the execution that was looked at: who is late changes nothing in a later one.
 *
 * A run that a caller lets go on whose parent wants it no more is the caller's own.
 */
export async function followParent(runtime: Runtime, childId: string, interrupt: InterruptChild = leaveToQueue): Promise<void> {
  for (let again = true; again; ) {
    const child = await runtime.store.getControl(childId);
    if (child?.parent === undefined) return;
    const task = await findParentTask(runtime, child);
    again = await bring(runtime, child, task, interrupt);
  }
}

/** @returns whether to look again */
async function bring(runtime: Runtime, child: RunControl, task: ParentTask | undefined, interrupt: InterruptChild): Promise<boolean> {
  const isOrdered = child.order.for_parent !== undefined;
  switch (task?.wish ?? 'end') {
    case 'run':
      return goOn(runtime, child, task!);
    case 'rest':
      // whoever asked for it is gone; an attempt that comes lets it go on
      return child.status === 'queued' && isOrdered && move(runtime, child, 'paused');
    case 'pause':
      if (child.status === 'queued') return move(runtime, child, 'paused');
      if (child.status === 'cancelled' && isOfThisTry(child, task!)) return take(runtime, child, task!);
      return child.status === 'executing' && move(runtime, child, 'pausing');
    case 'interrupt':
      if (!isOrdered || isFinalRun(child.status) || child.status === 'cancelling') return false;
      if (child.status !== 'executing') return move(runtime, child, 'cancelling');
      await interrupt(runtime, child);
      return false;
    case 'end':
      if (!isOrdered || isFinalRun(child.status) || child.status === 'cancelling') return false;
      return move(runtime, child, 'cancelling');
  }
}

async function leaveToQueue({ queue }: Runtime, { run_id }: RunControl): Promise<void> {
  await queue.send(run_id, 0);
}

/** An attempt of the task waits for the run. What has ended, or was paused, in this very try stays so: it is the attempt's end, or somebody else's pause. */
async function goOn(runtime: Runtime, child: RunControl, task: ParentTask): Promise<boolean> {
  const isThisTry = isOfThisTry(child, task);
  switch (child.status) {
    case 'completed':
      return take(runtime, child, task);
    case 'failed':
    case 'cancelled':
      return isThisTry ? take(runtime, child, task) : reopen(runtime, child, tryOf(task)!);
    case 'paused':
      return !isThisTry && reopen(runtime, child, tryOf(task)!);
    default:
      return false;
  }
}

async function take(runtime: Runtime, child: RunControl, task: ParentTask): Promise<false> {
  await takeChildEnd(runtime, { ...task, item: task.item! }, child);
  return false;
}

/** Lets the run go on where it stood; where it had ended, with what it has not completed, in the time that the task has left. */
async function reopen({ store, queue, clock, makeId }: Runtime, child: RunControl, for_parent: ChildTry): Promise<boolean> {
  const { run_id: runId, execution, status, order } = child;
  const mode = status === 'paused' || controlStateOf(child) === 'interrupted' ? 'resume' : 'retry';
  const keeps_time = mode === 'retry' && order.for_parent?.ref === for_parent.ref ? true : undefined;
  const next = nextOrder(child, { mode, folder: makeId(), for_parent, keeps_time });
  await queue.send(runId, LOOK_AFTER_SEC);
  const isReopened = await store.reopenRun(refOf({ runId, execution }), [status], next, timestamp(clock));
  await queue.send(runId, 0);
  return !isReopened;
}

/** Changes the run's status; what follows from it is for the queue. */
async function move({ store, queue, clock }: Runtime, child: RunControl, to: 'pausing' | 'paused' | 'cancelling'): Promise<true> {
  const { run_id: runId, execution, status } = child;
  // before the change: there is none that nobody looks after
  await queue.send(runId, LOOK_AFTER_SEC);
  await store.moveRun(refOf({ runId, execution }), [status], to, timestamp(clock));
  await queue.send(runId, 0);
  return true;
}
