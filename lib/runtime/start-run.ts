import { type ExecutionRef, readRef, refOf } from '../model/execution-ref.ts';
import type { RunSpec } from '../model/task-record.ts';
import { executionName } from './execution-name.ts';
import { type KeptAt, type KeptMachines, keepMachines, readMachines } from './kept-machines.ts';
import type { BlobStore } from './ports/blob-store.ts';
import type { NewRun, RunControl } from './ports/runs.ts';
import type { StartQueue } from './ports/start-queue.ts';
import { EngineThrottledError, type MachineDefinition, MachineMissingError } from './ports/workflow-engine.ts';
import { type Runtime, timestamp } from './runtime.ts';
import { stopExecution } from './stop-execution.ts';

export interface StartRunInput {
  readonly run: Omit<NewRun, 'created_at' | 'machine'>;
  readonly spec: RunSpec;
  /** The run's machine last, after those it starts. */
  readonly machines: readonly MachineDefinition[];
}

/** Writes the run down, makes its machines and starts it. */
export async function startRun(runtime: Runtime, { run, spec, machines }: StartRunInput): Promise<{ run_id: string; created: boolean }> {
  const machine = machines.at(-1)!.name;
  const accepted = await runtime.store.createRun({ ...run, machine, created_at: timestamp(runtime.clock) }, spec);
  if (!accepted.created) return accepted;
  runtime.specs.put(run.run_id, spec);
  for (const definition of machines) await runtime.engine.ensureMachine(definition);
  await launch(runtime, run.run_id, machine);
  return accepted;
}

/**
 * Starts an execution whose machines are there; may be repeated. Its run is `executing` before any of its states is entered. Whoever
 * stops the run meanwhile may have found nothing to be stopped yet, so that is looked after.
 */
export async function launch(runtime: Runtime, ref: ExecutionRef, machine: string): Promise<void> {
  const { store, engine, clock } = runtime;
  const { runId, execution } = readRef(ref);
  const isNew = await store.startRun(ref, timestamp(clock));
  if (!isNew && !(await isExecuting(runtime, ref))) return;
  await engine.startExecution(machine, executionName(runId, execution), { run_id: ref });
  if (await isExecuting(runtime, ref)) return;
  const control = await store.getControl(runId);
  if (control?.execution === execution) await stopExecution(runtime, control);
}

async function isExecuting({ store }: Runtime, ref: ExecutionRef): Promise<boolean> {
  const { runId, execution } = readRef(ref);
  const control = await store.getControl(runId);
  return control?.execution === execution && control.status === 'executing';
}

export interface SubmitPorts {
  readonly runtime: Runtime;
  readonly blobs: BlobStore;
  readonly queue: StartQueue;
}

/** When somebody looks whether a submitted run has really been started: later than the longest submit, which writes it down meanwhile. */
export const LOOK_AFTER_SEC = 60;

/**
 * Accepts a run: once it is written down, it will be started, whatever dies. Its machines are kept and the queue knows of it
 * before that; then it is tried at once. `driveRun` does the same again later, and where Step Functions was too busy to take it.
 */
export async function submitRun(ports: SubmitPorts, { run, spec, machines }: StartRunInput): Promise<{ run_id: string; created: boolean }> {
  const { runtime, blobs, queue } = ports;
  // both before the run: whoever finds it finds its machines too, and there is no run that nobody looks after
  await keepMachines(blobs, { runId: run.run_id, folder: run.folder ?? '' }, machines);
  await queue.send(run.run_id, LOOK_AFTER_SEC);
  const machine = machines.at(-1)!.name;
  const accepted = await runtime.store.createRun({ ...run, machine, created_at: timestamp(runtime.clock) }, spec);
  const control = await runtime.store.getControl(accepted.run_id);
  try {
    if (control?.status === 'queued') await startPlanned(ports, control);
  } catch (error) {
    if (!(error instanceof EngineThrottledError)) throw error; // the queue has it
  }
  return accepted;
}

/**
 * Starts an execution whose spec is there and whose machines are kept; may be repeated.
 *
 * @throws EngineThrottledError when it must be tried later
 */
export async function startPlanned({ runtime, blobs }: Pick<SubmitPorts, 'runtime' | 'blobs'>, control: RunControl): Promise<void> {
  const { run_id: runId, execution, status, order } = control;
  const at: KeptAt = { runId, folder: order.folder };
  const kept = await readMachines(blobs, at);
  // it is executing only when all of them were there: who looks after it has no need of more, unless some are gone since
  if (status === 'queued' || kept.anew) await makeMachines({ runtime, blobs }, at, kept);
  try {
    await launch(runtime, refOf({ runId, execution }), kept.machines.at(-1)!.name);
  } catch (error) {
    if (!(error instanceof MachineMissingError)) throw error;
    await keepMachines(blobs, at, kept.machines, { made: 0, anew: true });
    throw new EngineThrottledError('machines have to be made anew', { cause: error });
  }
}

/** Machines are made one a second, a large plan has hundreds: who is stopped leaves to the next only those that are still to be made. */
async function makeMachines(
  { runtime, blobs }: Pick<SubmitPorts, 'runtime' | 'blobs'>,
  at: KeptAt,
  { machines, made: first, anew }: KeptMachines,
): Promise<void> {
  for (let made = first; made < machines.length; made++) {
    try {
      await runtime.engine.ensureMachine(machines[made]!);
    } catch (error) {
      if (error instanceof EngineThrottledError && made > first) await keepMachines(blobs, at, machines, { made, anew });
      throw error;
    }
  }
}
