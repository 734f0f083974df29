import { z } from 'zod';
import { isJsonObject } from '../model/json.ts';
import { LARGEST_PLAN } from '../model/plan-sizes.ts';
import { readSubmission, type Submission } from '../planning/submission.ts';
import { ApiProblem } from './problem.ts';

/** What `POST /plans` is asked. */
export type PlanRequest =
  | { readonly kind: 'submission'; readonly submission: Submission }
  /** Where may a plan be put? */
  | { readonly kind: 'upload'; readonly sizeBytes: number | undefined }
  /** A plan that was put there. */
  | { readonly kind: 'uploaded'; readonly uploadId: string };

export const uploadRequest = z.strictObject({
  upload: z.literal(true),
  size_bytes: z.int().positive().optional(),
});
export const uploadedPlan = z.strictObject({ upload_id: z.string().regex(/^[\w-]{1,100}$/) });

/** @throws ApiProblem 400 and 413, PlanningError */
export function readPlanRequest(body: unknown): PlanRequest {
  if (isJsonObject(body) && !Object.hasOwn(body, 'tasks')) {
    if (Object.hasOwn(body, 'upload')) {
      const { size_bytes: sizeBytes } = read(uploadRequest, body);
      if (sizeBytes !== undefined && sizeBytes > LARGEST_PLAN.bytes) throw tooLarge();
      return { kind: 'upload', sizeBytes };
    }
    if (Object.hasOwn(body, 'upload_id')) return { kind: 'uploaded', uploadId: read(uploadedPlan, body).upload_id };
  }
  return { kind: 'submission', submission: readSubmission(body) };
}

export function tooLarge(): ApiProblem {
  return new ApiProblem(413, `a plan has at most ${LARGEST_PLAN.bytes} bytes`, { code: 'E5604' });
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ApiProblem(
    400,
    `the body is not right: ${result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ')}`,
  );
}
