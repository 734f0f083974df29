import { executionName } from './execution-name.ts';
import type { RunControl } from './ports/runs.ts';
import type { Runtime } from './runtime.ts';

/**
 * Stops what runs of a run in the engine: its latest execution that was planned, also where another is queued meanwhile, since who paused the
 * run before that may have died before this. Attempts that are under way are not in the engine: they go on.
 */
export async function stopExecution({ engine }: Pick<Runtime, 'engine'>, control: RunControl): Promise<void> {
  const { run_id, planned, machine } = control;
  if (machine === null || planned === 0) return; // none ever began
  await engine.stopExecution(machine, executionName(run_id, planned));
}
