import { isFinalRun, isToBePlanned } from '../model/run.ts';
import type { RunSpec } from '../model/task-record.ts';
import {
  type BlobStore,
  EngineThrottledError,
  type MachineDefinition,
  MachineMissingError,
  type NewRun,
  type StartQueue,
} from './ports.ts';
import { runBlobs } from './run-blobs.ts';
import { type Runtime, timestamp } from './runtime.ts';

export interface StartRunInput {
  readonly run: Omit<NewRun, 'created_at'>;
  readonly spec: RunSpec;
  /** The run's machine last, after those it starts. */
  readonly machines: readonly MachineDefinition[];
}

/** A run may span several executions; their names tell them apart. */
export function executionName(runId: string, number: number): string {
  return `${runId}-${number}`;
}

/** The run that an execution of this name belongs to; undefined where it is no run's. */
export function runIdOf(executionName: string): string | undefined {
  return /^(?<runId>.+)-\d+$/s.exec(executionName)?.groups?.runId;
}

/** Writes the run down, makes its machines and starts it. @returns the run's id: of the earlier run, where the idempotency key is known */
export async function startRun(runtime: Runtime, { run, spec, machines }: StartRunInput): Promise<string> {
  const { run_id: runId, created } = await runtime.store.createRun({ ...run, created_at: timestamp(runtime.clock) }, spec);
  if (!created) return runId;
  runtime.specs.put(runId, spec);
  for (const machine of machines) await runtime.engine.ensureMachine(machine);
  await launch(runtime, runId, machines);
  return runId;
}

/** Starts a run whose machines are there; may be repeated. It is `executing` before any of its states is entered. */
async function launch({ store, engine, clock }: Runtime, runId: string, machines: readonly MachineDefinition[]): Promise<void> {
  await store.startRun(runId, timestamp(clock));
  await engine.startExecution(machines.at(-1)!.name, executionName(runId, 1), { run_id: runId });
}

export interface SubmitPorts {
  readonly runtime: Runtime;
  readonly blobs: BlobStore;
  readonly queue: StartQueue;
}

/** When somebody looks whether a submitted run has really been started: later than the longest submit, which writes it down meanwhile. */
const LOOK_AFTER_SEC = 60;

/**
 * Accepts a run: once it is written down, it will be started, whatever dies. Its machines are kept and the queue knows of it
 * before that; then it is tried at once. `startQueued` does the same again later, and where Step Functions was too busy to take it.
 */
export async function submitRun(ports: SubmitPorts, { run, spec, machines }: StartRunInput): Promise<{ run_id: string; created: boolean }> {
  const { runtime, blobs, queue } = ports;
  // both before the run: whoever finds it finds its machines too, and there is no run that nobody looks after
  await keepMachines(blobs, run.run_id, machines);
  await queue.send(run.run_id, LOOK_AFTER_SEC);
  const accepted = await runtime.store.createRun({ ...run, created_at: timestamp(runtime.clock) }, spec);
  try {
    await startQueued(ports, accepted.run_id);
  } catch (error) {
    if (!(error instanceof EngineThrottledError)) throw error; // the queue has it
  }
  return accepted;
}

/**
 * Compiles the plan of a run that was accepted before: its machines are kept, then `planRun`. False: there is nothing to be started,
 * or another does it.
 */
export type CompileQueued = (runId: string) => Promise<boolean>;

/**
 * Starts a run that was accepted, if it has not been; may be repeated.
 *
 * @throws EngineThrottledError when it must be tried later
 */
export async function startQueued(
  { runtime, blobs }: Pick<SubmitPorts, 'runtime' | 'blobs'>,
  runId: string,
  compileQueued: CompileQueued = compilesNothing,
): Promise<void> {
  const run = await runtime.store.getRun(runId);
  if (run === undefined || isFinalRun(run.status)) return;
  if (isToBePlanned(run) && !(await compileQueued(runId))) return;
  const kept = JSON.parse(Buffer.from(await blobs.get(machinesKey(runId))).toString()) as KeptMachines;
  // it is executing only when all of them were there: who looks after it has no need of more, unless some are gone since
  if (run.status === 'queued' || kept.anew) await makeMachines({ runtime, blobs }, runId, kept);
  try {
    await launch(runtime, runId, kept.machines);
  } catch (error) {
    if (!(error instanceof MachineMissingError)) throw error;
    await keepMachines(blobs, runId, kept.machines, { made: 0, anew: true });
    throw new EngineThrottledError('machines have to be made anew', { cause: error });
  }
}

/** The machines of a run that is to be started, its own last. */
interface KeptMachines extends MakingOfMachines {
  readonly machines: readonly MachineDefinition[];
}

interface MakingOfMachines {
  /** So many have been made. */
  readonly made: number;
  /** All were there once, and some are gone. */
  readonly anew: boolean;
}

/** Machines are made one a second, a large plan has hundreds: who is stopped leaves to the next only those that are still to be made. */
async function makeMachines(
  { runtime, blobs }: Pick<SubmitPorts, 'runtime' | 'blobs'>,
  runId: string,
  { machines, made: first, anew }: KeptMachines,
): Promise<void> {
  for (let made = first; made < machines.length; made++) {
    try {
      await runtime.engine.ensureMachine(machines[made]!);
    } catch (error) {
      if (error instanceof EngineThrottledError && made > first) await keepMachines(blobs, runId, machines, { made, anew });
      throw error;
    }
  }
}

/** Keeps the machines that a run's start is to make; its own is the last. */
export async function keepMachines(
  blobs: BlobStore,
  runId: string,
  machines: readonly MachineDefinition[],
  making: MakingOfMachines = { made: 0, anew: false },
): Promise<void> {
  const kept: KeptMachines = { machines, ...making };
  await blobs.put(machinesKey(runId), Buffer.from(JSON.stringify(kept)));
}

function machinesKey(runId: string): string {
  return `${runBlobs(runId)}/machines.json`;
}

async function compilesNothing(runId: string): Promise<never> {
  throw new TypeError(`this process compiles no plans: run ${runId}`);
}
