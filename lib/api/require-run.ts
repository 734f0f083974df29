import type { Run, RunStore } from '../runtime/ports.ts';
import { ApiProblem } from './problem.ts';

/** @throws ApiProblem 404 for a run that is not there, or not the caller's */
export async function requireRun(store: RunStore, runId: string): Promise<Run> {
  const run = await store.getRun(runId);
  if (run === undefined) throw new ApiProblem(404, 'there is no such run');
  return run;
}
