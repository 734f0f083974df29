import type { RunStore } from '../runtime/ports/run-store.ts';
import type { Run } from '../runtime/ports/runs.ts';
import { noSuchRun } from './problem.ts';

/** @throws ApiProblem 404 for a run that is not there, or not the caller's */
export async function requireRun(store: RunStore, runId: string): Promise<Run> {
  const run = await store.getRun(runId);
  if (run === undefined) throw noSuchRun();
  return run;
}
