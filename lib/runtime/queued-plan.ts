import type { PlanningError } from '../model/errors.ts';
import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import type { Problem } from '../model/problem.ts';
import { type BlobFolder, BlobMissingError, type BlobStore } from './ports/blob-store.ts';
import type { NewRun } from './ports/runs.ts';
import { runBlobs } from './run-blobs.ts';
import { timestamp } from './runtime.ts';
import type { SubmitPorts } from './start-run.ts';

/** A plan that is compiled after it was accepted. */
export interface QueuedPlan {
  /** The JSON that was submitted, whatever is in it. */
  readonly bytes: Uint8Array;
  readonly options: QueuedPlanOptions;
}

export interface QueuedPlanOptions {
  /** At most so many tasks at once, where neither the plan nor the deployment says fewer. */
  readonly max_parallel_tasks?: number | undefined;
  /** The pools that the tenant's runs share. */
  readonly shared_pools: readonly string[];
}

/** Should the submit die before it has told the queue to begin. Later than that: two that compile the same plan would be in each other's way. */
const LOOK_AFTER_SEC = 10 * 60;

/**
 * Accepts a plan that is yet to be compiled. Once its run is written down it will be compiled and then started, or be `failed` with the
 * plan's problems, whatever dies: `startQueued` does either.
 */
export async function submitQueuedPlan(
  { runtime, blobs, queue }: SubmitPorts,
  { run_id: runId, idempotency_key, folder }: Pick<NewRun, 'run_id' | 'idempotency_key'> & { readonly folder: BlobFolder },
  { bytes, options }: QueuedPlan,
): Promise<{ run_id: string; created: boolean }> {
  // all before the run: whoever finds it finds its plan too, and there is no run that nobody looks after
  await blobs.put(planKey(runId, folder), bytes);
  await blobs.put(optionsKey(runId, folder), Buffer.from(JSON.stringify(options)));
  await queue.send(runId, LOOK_AFTER_SEC);
  // what the plan is called stands in the plan
  const created_at = timestamp(runtime.clock);
  const run: NewRun = { run_id: runId, plan_id: runId, goal_id: null, context: {}, created_at, idempotency_key, folder };
  const accepted = await runtime.store.createRun(run);
  await queue.send(accepted.run_id, 0);
  return accepted;
}

export async function readQueuedPlan(blobs: BlobStore, runId: string, folder: BlobFolder): Promise<QueuedPlan> {
  const bytes = await blobs.get(planKey(runId, folder));
  const options = Buffer.from(await blobs.get(optionsKey(runId, folder))).toString();
  return { bytes, options: JSON.parse(options) as QueuedPlanOptions };
}

/** Ends a run whose plan is not valid; what is wrong with it is kept. */
export async function refuseQueuedPlan(
  { runtime, blobs }: Pick<SubmitPorts, 'runtime' | 'blobs'>,
  ref: ExecutionRef,
  { code, message, details }: PlanningError,
): Promise<void> {
  const { runId } = readRef(ref);
  await blobs.put(problemsKey(runId), Buffer.from(JSON.stringify(details.problems ?? [])));
  const totals = await runtime.store.countTasks(runId);
  await runtime.store.endRun(ref, { status: 'failed', error: { code, message }, totals, at: timestamp(runtime.clock) });
}

/** What was wrong with the plan of a run that was refused; nothing once that has expired. */
export async function readProblems(blobs: BlobStore, runId: string): Promise<readonly Problem[]> {
  try {
    return JSON.parse(Buffer.from(await blobs.get(problemsKey(runId))).toString()) as Problem[];
  } catch (error) {
    if (error instanceof BlobMissingError) return [];
    throw error;
  }
}

const planKey = (runId: string, folder: BlobFolder): string => `${runBlobs(runId, folder)}/submission.json`;
const optionsKey = (runId: string, folder: BlobFolder): string => `${runBlobs(runId, folder)}/submission-options.json`;
const problemsKey = (runId: string): string => `${runBlobs(runId)}/problems.json`;
