import type { JsonObject } from '../model/json.ts';
import { LARGEST_BODY_BYTES } from '../model/plan-sizes.ts';
import type { UploadAddress } from '../runtime/ports/upload-store.ts';
import type { Transport } from './transport.ts';

/** What a plan is submitted as, with its context or without. */
export type PlanBody = { readonly plan: unknown; readonly context?: JsonObject | undefined };

/**
 * What `POST /plans` gets for a plan: the plan itself, or the id under which it was uploaded, where no request could carry it.
 *
 * @throws ApiError, UnreachableError, RequestError
 */
export async function uploadWhereLarge(transport: Transport, body: PlanBody): Promise<PlanBody | { readonly upload_id: string }> {
  const text = JSON.stringify(body);
  if (isCarried(text)) return body;
  const request = { upload: true, size_bytes: Buffer.byteLength(text) };
  const answer = await transport.send({ method: 'POST', path: ['plans'], body: request });
  const { upload_id, url, headers } = answer as unknown as UploadAddress & { readonly upload_id: string };
  await transport.put({ url, headers }, text);
  return { upload_id };
}

/** A function gets the body as a JSON string, in which quotes take twice their place. No character of JSON takes more than three bytes there. */
function isCarried(text: string): boolean {
  return text.length * 3 <= LARGEST_BODY_BYTES || Buffer.byteLength(JSON.stringify(text)) <= LARGEST_BODY_BYTES;
}
