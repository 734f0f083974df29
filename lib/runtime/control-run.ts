import { refOf } from '../model/execution-ref.ts';
import { finishCancelling } from './cancel-run.ts';
import { CONTROL_TABLE, type Control, controlStateOf, type Outcome } from './control-table.ts';
import { drainRun } from './drain-run.ts';
import { FIRST_DRAIN_LOOK_SEC, pauseChildren } from './drive-run.ts';
import { nextOrder, type Reopening } from './next-order.ts';
import { findParentTask } from './parent-task.ts';
import type { ChildTry } from './ports/child-runs.ts';
import type { Run, RunControl } from './ports/runs.ts';
import { type Runtime, timestamp } from './runtime.ts';
import { LOOK_AFTER_SEC, type SubmitPorts } from './start-run.ts';
import { stopExecution } from './stop-execution.ts';

/** A control that makes no sense as the run stands. Nothing has changed. */
export class ControlRefusedError extends Error {
  override readonly name = 'ControlRefusedError';
  readonly code = 'E5200';
  readonly status: Run['status'];

  constructor(runId: string, control: Control, status: Run['status'], why: string) {
    super(`run ${runId} cannot be ${PARTICIPLE[control]}: ${why}`);
    this.status = status;
  }
}

const PARTICIPLE: Readonly<Record<Control, string>> = { cancel: 'cancelled', pause: 'paused', resume: 'resumed', retry: 'retried' };

/** There is no such run. */
export class RunUnknownError extends Error {
  override readonly name = 'RunUnknownError';
  readonly code = 'E5207';

  constructor(runId: string) {
    super(`there is no run ${runId}`);
  }
}

/**
 * Begins to cancel a run; one that is being cancelled, or is, stays so. The run is `cancelled` when this returns, unless something fails
 * half-way: then the queue has it done.
 *
 * @throws RunUnknownError, ControlRefusedError
 */
export async function cancelRun(ports: SubmitPorts, runId: string): Promise<void> {
  const control = await move(ports, runId, 'cancel');
  if (control.status === 'cancelling') await finishCancelling(ports.runtime, control);
}

/**
 * Lets no more tasks of a run start. It is `pausing` until those that run have ended, then `paused`.
 *
 * @throws RunUnknownError, ControlRefusedError
 */
export async function pauseRun(ports: SubmitPorts, runId: string): Promise<void> {
  const { runtime } = ports;
  const control = await move(ports, runId, 'pause');
  if (control.status !== 'pausing') return;
  // the look that is queued already comes late, lest it come before the change
  await ports.queue.send(runId, FIRST_DRAIN_LOOK_SEC);
  const ref = refOf({ runId, execution: control.execution });
  runtime.attempts.drain(ref);
  await stopExecution(runtime, control);
  await pauseChildren(ports, control);
  // where an attempt may still be claimed, that is for the queue to see
  if (runtime.store.claimLagSec === 0) await drainRun(runtime, ref);
}

/**
 * Queues the next execution of a run. Two at once: one is refused, as the run stands then.
 *
 * @throws RunUnknownError, ControlRefusedError
 */
export async function reopenRun(ports: SubmitPorts, runId: string, reopening: Omit<Reopening, 'for_parent' | 'keeps_time'>): Promise<void> {
  await transition(ports, runId, reopening.mode, async (runtime, ref, found) => {
    const for_parent = await stillWanted(runtime, found, reopening.mode);
    return runtime.store.reopenRun(ref, [found.status], nextOrder(found, { ...reopening, for_parent }), timestamp(runtime.clock));
  });
}

/**
 * For which try of its parent's task a child run goes on: the one that waits for it; undefined where none does any more, and it is the caller's own.
 *
 * @throws ControlRefusedError where its parent's run has it stand still
 */
async function stillWanted(runtime: Runtime, found: RunControl, mode: 'resume' | 'retry'): Promise<ChildTry | undefined> {
  const task = await findParentTask(runtime, found);
  const parent = task?.parent.run_id;
  switch (task?.wish) {
    case 'run':
      return found.order.for_parent;
    case 'pause':
      throw new ControlRefusedError(found.run_id, mode, found.status, `its parent, run ${parent}, is ${task.parent.status}: resume that`);
    case 'rest':
      throw new ControlRefusedError(found.run_id, mode, found.status, `it goes on by itself with its parent, run ${parent}`);
    default:
      return undefined;
  }
}

/** Changes the run's status as the table says. */
function move(ports: SubmitPorts, runId: string, control: 'cancel' | 'pause'): Promise<RunControl> {
  return transition(ports, runId, control, ({ store, clock }, ref, found, to) =>
    store.moveRun(ref, [found.status], to as 'cancelling' | 'pausing' | 'paused', timestamp(clock)),
  );
}

type Write = (runtime: Runtime, ref: string, found: RunControl, to: Run['status']) => Promise<boolean>;

/** The table is asked anew where the run's status has changed before it could be written. */
async function transition({ runtime, queue }: SubmitPorts, runId: string, control: Control, write: Write): Promise<RunControl> {
  for (;;) {
    const found = await requireControl(runtime, runId);
    const outcome = permitted(found, control);
    if ('nothing' in outcome) return found;
    // before the change: there is none that nobody looks after
    await queue.send(runId, LOOK_AFTER_SEC);
    const ref = refOf({ runId, execution: found.execution });
    if (await write(runtime, ref, found, outcome.to)) return requireControl(runtime, runId);
  }
}

/** @throws RunUnknownError */
export async function requireControl({ store }: Pick<Runtime, 'store'>, runId: string): Promise<RunControl> {
  const control = await store.getControl(runId);
  if (control === undefined) throw new RunUnknownError(runId);
  return control;
}

/** @throws ControlRefusedError */
export function permitted(found: RunControl, control: Control): Exclude<Outcome, { refused: string }> {
  const outcome = CONTROL_TABLE[controlStateOf(found)][control];
  if ('refused' in outcome) throw new ControlRefusedError(found.run_id, control, found.status, outcome.refused);
  return outcome;
}
