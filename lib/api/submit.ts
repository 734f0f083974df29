import { isWithin, LARGEST_PLAN, LARGEST_PROMPT_PLAN, type PlanSize } from '../model/plan-sizes.ts';
import { withoutData } from '../model/without-data.ts';
import type { AcceptedRun, SubmitOptions } from '../planning/planner.ts';
import { parseSubmission, type Submission, sizeOf } from '../planning/submission.ts';
import { UploadTooLargeError } from '../runtime/ports/upload-store.ts';
import type { Api } from './api.ts';
import { tooLarge } from './plan-request.ts';
import { ApiProblem } from './problem.ts';

/** Accepts a plan that came with the request. @throws PlanningError for one that is compiled at once and is not valid */
export async function submitHere({ planner }: Api, submission: Submission, options: SubmitOptions): Promise<AcceptedRun> {
  // what a request can carry has no more bytes, but may have more tasks
  if (isWithin(sizeOf(submission, 0), LARGEST_PROMPT_PLAN)) return planner.submit({ ...submission, ...options });
  return planner.submitUnread(Buffer.from(JSON.stringify(submission)), options);
}

/**
 * Accepts a plan that was uploaded. Its run has the id of the upload: submitting it again gives that run, although the upload itself is
 * gone by then.
 *
 * @throws ApiProblem 404, 413
 */
export async function submitUploaded(api: Api, uploadId: string, options: SubmitOptions): Promise<AcceptedRun> {
  const { runtime, uploads, logger = console } = api;
  const earlier = await runtime.store.getRun(uploadId);
  if (earlier !== undefined) return { run_id: earlier.run_id, status: earlier.status };
  const accepted = await acceptBytes(api, await readUpload(api, uploadId), { ...options, runId: uploadId }).catch(
    async (error: unknown) => {
      // the very same request, a moment earlier
      const other = isRunThere(error) ? await runtime.store.getRun(uploadId) : undefined;
      if (other === undefined) throw error;
      return { run_id: other.run_id, status: other.status };
    },
  );
  // another run's, of the same idempotency key: the repetition of this very request would not find it
  if (accepted.run_id !== uploadId) return accepted;
  await uploads.delete(uploadId).catch((error: unknown) => logger.error('an upload is left behind', withoutData(error)));
  return accepted;
}

function isRunThere(error: unknown): boolean {
  return error instanceof Error && error.name === 'RunExistsError';
}

async function acceptBytes({ planner }: Api, bytes: Uint8Array, options: SubmitOptions): Promise<AcceptedRun> {
  if (bytes.length > LARGEST_PROMPT_PLAN.bytes) return planner.submitUnread(bytes, options);
  const submission = parseSubmission(bytes);
  if (!isWithin(sizeOf(submission, bytes.length), LARGEST_PROMPT_PLAN)) return planner.submitUnread(bytes, options);
  return planner.submit({ ...submission, ...options });
}

/** An uploaded plan for a dry run, which leaves it where it is. @throws ApiProblem 404, 413 */
export async function readUploaded(api: Api, uploadId: string): Promise<Submission> {
  const bytes = await readUpload(api, uploadId);
  const limit = dryRunLimit(api);
  if (bytes.length > limit.bytes) throw tooLargeForDryRun(limit);
  return parseSubmission(bytes);
}

/** @throws ApiProblem 413 */
export function checkDryRun(api: Api, submission: Submission): void {
  const limit = dryRunLimit(api);
  if (!isWithin(sizeOf(submission, 0), limit)) throw tooLargeForDryRun(limit);
}

/** A changed plan is checked and compiled while its caller waits, as for a dry run. @throws ApiProblem 413 */
export function checkChangedPlan(api: Api, plan: unknown): void {
  checkTasks(api, plan, (most) => `a changed plan has ${most} tasks at the most: submit it as a run of its own`);
}

/** So is a plan that is to be kept. @throws ApiProblem 413 */
export function checkStoredPlan(api: Api, plan: unknown): void {
  checkTasks(api, plan, (most) => `a plan that is kept by a name has ${most} tasks at the most`);
}

function checkTasks(api: Api, plan: unknown, complaint: (most: number) => string): void {
  const limit = dryRunLimit(api);
  if (!isWithin(sizeOf({ plan, context: {} }, 0), limit)) throw new ApiProblem(413, complaint(limit.tasks));
}

async function readUpload({ uploads }: Api, uploadId: string): Promise<Uint8Array> {
  try {
    const bytes = await uploads.read(uploadId, LARGEST_PLAN.bytes);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    throw error instanceof UploadTooLargeError ? tooLarge() : error;
  }
  throw new ApiProblem(404, 'nothing was uploaded under this id, or it has expired');
}

const dryRunLimit = ({ largestDryRun = LARGEST_PROMPT_PLAN }: Api): PlanSize => largestDryRun;

function tooLargeForDryRun({ bytes, tasks }: PlanSize): ApiProblem {
  return new ApiProblem(413, `a dry run takes ${bytes} bytes and ${tasks} tasks at the most: compile the plan on your own machine`);
}
