import { refOf } from '../model/execution-ref.ts';
import { finishCancelling } from './cancel-run.ts';
import { CONTROL_TABLE, type Control, type Outcome, stateOf } from './control-table.ts';
import { drainRun } from './drain-run.ts';
import { FIRST_DRAIN_LOOK_SEC } from './drive-run.ts';
import type { Run, RunControl, RunOrder } from './ports.ts';
import { type Runtime, timestamp } from './runtime.ts';
import { LOOK_AFTER_SEC, type SubmitPorts } from './start-run.ts';
import { stopExecution } from './stop-execution.ts';

/** A control that makes no sense as the run stands. Nothing has changed. */
export class ControlRefusedError extends Error {
  override readonly name = 'ControlRefusedError';
  readonly code = 'E5200';
  readonly status: Run['status'];

  constructor(runId: string, control: Control, status: Run['status'], why: string) {
    super(`run ${runId} cannot ${control}: ${why}`);
    this.status = status;
  }
}

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
  // where an attempt may still be claimed, that is for the queue to see
  if (runtime.store.claimLagSec === 0) await drainRun(runtime, ref);
}

/** What the next execution of a run is to do, but for where its machines are kept. */
export interface Reopening extends Pick<RunOrder, 'max_retries' | 'folder'> {
  readonly mode: Exclude<RunOrder['mode'], 'start'>;
  readonly plan_folder?: string | undefined;
}

/**
 * Queues the next execution of a run. Two at once: one is refused, as the run stands then.
 *
 * @throws RunUnknownError, ControlRefusedError
 */
export async function reopenRun(ports: SubmitPorts, runId: string, reopening: Reopening): Promise<void> {
  await transition(ports, runId, reopening.mode, ({ store, clock }, ref, found) =>
    store.reopenRun(ref, [found.status], orderOf(found, reopening), timestamp(clock)),
  );
}

/** A retry that was stopped before it was planned is still to be done, and what it said of retries holds on: the run is resumed with it. */
function orderOf({ order, planned, execution }: RunControl, { mode, max_retries, folder, plan_folder }: Reopening): RunOrder {
  const pending = planned < execution ? order : undefined;
  const retries = max_retries ?? (mode === 'resume' ? order.max_retries : undefined);
  return {
    mode: pending?.mode === 'retry' ? 'retry' : mode,
    folder,
    plan_folder: plan_folder ?? order.plan_folder,
    ...((plan_folder !== undefined || pending?.is_new_plan === true) && { is_new_plan: true }),
    ...(retries !== undefined && { max_retries: retries }),
  };
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
  const outcome = CONTROL_TABLE[stateOf(found)][control];
  if ('refused' in outcome) throw new ControlRefusedError(found.run_id, control, found.status, outcome.refused);
  return outcome;
}
