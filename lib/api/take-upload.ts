import type { LocalUploads } from '../local/local-uploads.ts';
import { LARGEST_PLAN } from '../model/plan-sizes.ts';
import type { ApiRequest, ApiResponse } from './api.ts';
import { MAX_BODY_BYTES } from './handle-request.ts';
import { ApiProblem, problemResponse } from './problem.ts';

const UPLOAD_PATH = /^\/uploads\/(?<uploadId>[\w-]+)$/;

/** How much a request to this path may carry, on a server that takes uploads itself. */
export function maxBodyBytes(path: string): number {
  return UPLOAD_PATH.test(path) ? LARGEST_PLAN.bytes : MAX_BODY_BYTES;
}

/** Takes an upload, as S3 does for a deployment; undefined for a request that is none. Never throws. */
export async function takeUpload(
  uploads: LocalUploads,
  { method, path, headers, body = '' }: ApiRequest,
): Promise<ApiResponse | undefined> {
  const { uploadId } = UPLOAD_PATH.exec(path)?.groups ?? {};
  if (uploadId === undefined) return undefined;
  if (method !== 'PUT') return problemResponse(new ApiProblem(405, 'the path takes PUT only', {}, { allow: 'PUT' }));
  if (headers['content-type'] !== 'application/json') return problemResponse(new ApiProblem(415, 'the body must be application/json'));
  const taken = await uploads.put(uploadId, Buffer.from(body)).catch(() => undefined);
  if (taken === undefined) return problemResponse(new ApiProblem(500, 'the upload could not be kept'));
  if (!taken) return problemResponse(new ApiProblem(403, 'the address has expired, or was given for another size'));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
}
