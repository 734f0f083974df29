import { executionName } from './execution-name.ts';
import type { RunControl } from './ports/runs.ts';
import type { Runtime } from './runtime.ts';

/** Stops what runs of a run's execution in the engine. Attempts that are under way are not in the engine: they go on. */
export async function stopExecution({ engine }: Pick<Runtime, 'engine'>, control: RunControl): Promise<void> {
  const { run_id, execution, planned, machine } = control;
  if (machine === null || planned !== execution) return; // it never began
  await engine.stopExecution(machine, executionName(run_id, execution));
}
