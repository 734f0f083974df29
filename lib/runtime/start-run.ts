import type { RunSpec } from '../model/task-record.ts';
import type { NewRun } from './ports.ts';
import { type Runtime, timestamp } from './runtime.ts';

export interface StartRunInput {
  readonly run: Omit<NewRun, 'created_at'>;
  readonly spec: RunSpec;
  /** The run's machine last, after those it starts. */
  readonly machines: readonly { readonly name: string; readonly definition: string }[];
}

/** A run may span several executions; their names tell them apart. */
export function executionName(runId: string, number: number): string {
  return `${runId}-${number}`;
}

/** Writes the run down, makes its machines and starts it. From the first step on the run is known; it is `executing` before any of its states is entered. */
export async function startRun(runtime: Runtime, { run, spec, machines }: StartRunInput): Promise<void> {
  const { store, engine, clock, specs } = runtime;
  await store.createRun({ ...run, created_at: timestamp(clock) }, spec);
  specs.put(run.run_id, spec);
  for (const machine of machines) await engine.ensureMachine(machine);
  await store.startRun(run.run_id, timestamp(clock));
  await engine.startExecution(machines.at(-1)!.name, executionName(run.run_id, 1), { run_id: run.run_id });
}
