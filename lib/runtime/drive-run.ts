import { refOf } from '../model/execution-ref.ts';
import { finishCancelling } from './cancel-run.ts';
import { childrenOf } from './children-of.ts';
import { drainRun } from './drain-run.ts';
import { followParent } from './follow-parent.ts';
import type { RunControl } from './ports/runs.ts';
import { type SubmitPorts, startPlanned } from './start-run.ts';
import { interruptChild, stopChildren } from './stop-children.ts';
import { stopExecution } from './stop-execution.ts';
import { tellParent } from './tell-parent.ts';

/** How soon a run that is being paused is looked after, in seconds. */
export const FIRST_DRAIN_LOOK_SEC = 2;
const LONGEST_DRAIN_LOOK_SEC = 60;

/**
 * Compiles what the next execution of a queued run is to do: its machines are kept, then `planRun`. False: there is nothing to be
 * started, or another does it.
 */
export type PlanExecution = (control: RunControl) => Promise<boolean>;

/**
 * Takes a run one step on, as its status says: one that is queued is planned and started, one that is being cancelled is cancelled, one
 * that is being paused is paused once its attempts have ended, and of one that is paused nothing goes on. A child run does so as far as its
 * parent wants it. Whatever dies half-way, the queue has this done again; may be repeated.
 *
 * @throws EngineThrottledError when it must be tried later
 */
export async function driveRun(ports: SubmitPorts, runId: string, planExecution: PlanExecution = plansNothing): Promise<void> {
  const { runtime } = ports;
  let control = await runtime.store.getControl(runId);
  if (control?.parent !== undefined) {
    await followParent(runtime, runId, interruptChild);
    await tellParent(runtime, runId);
    control = await runtime.store.getControl(runId);
  }
  switch (control?.status) {
    case 'queued':
      if (control.planned < control.execution) {
        // once the next one is planned nobody finds the one before, which waits where who paused it died
        await stopExecution(runtime, control);
        if (!(await planExecution(control))) return;
        control = await runtime.store.getControl(runId);
        if (control?.status !== 'queued') return;
      }
      return startPlanned(ports, control);
    case 'executing':
      return startPlanned(ports, control);
    case 'cancelling':
      return finishCancelling(runtime, control);
    case 'pausing':
      return drain(ports, control);
    case 'paused':
      // its last attempt may have ended before anybody stopped the execution: gates would wait in it as long as it lives
      return stopExecution(runtime, control);
    case 'failed':
    case 'cancelled':
      // whoever ended it may have died before this
      return stopChildren(runtime, control);
    default:
      return;
  }
}

/** Pauses the child runs of a run that is being paused, as far as that is done at once: the queue has the rest. */
export async function pauseChildren(ports: SubmitPorts, control: RunControl): Promise<void> {
  for (const childId of await childrenOf(ports.runtime, control)) {
    await followParent(ports.runtime, childId);
    const child = await ports.runtime.store.getControl(childId);
    if (child?.status === 'pausing') await drain(ports, child);
  }
}

async function drain(ports: SubmitPorts, control: RunControl): Promise<void> {
  const { runtime, queue } = ports;
  const { run_id: runId, execution, changed_at } = control;
  runtime.attempts.drain(refOf({ runId, execution }));
  await stopExecution(runtime, control);
  await pauseChildren(ports, control);
  if (await drainRun(runtime, refOf({ runId, execution }))) return;
  // the longer it has taken, the longer it may: a few looks for any time
  const takenSec = (runtime.clock.now() - Date.parse(changed_at)) / 1000;
  await queue.send(runId, Math.min(LONGEST_DRAIN_LOOK_SEC, Math.max(FIRST_DRAIN_LOOK_SEC, Math.ceil(takenSec / 2))));
}

async function plansNothing({ run_id }: RunControl): Promise<never> {
  throw new TypeError(`this process compiles no plans: run ${run_id}`);
}
