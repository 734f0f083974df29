import type { JsonObject } from '../../model/json.ts';
import type { BlobStore } from '../../runtime/ports/blob-store.ts';
import { runBlobs } from '../../runtime/run-blobs.ts';
import { MissingValueError } from './errors.ts';
import type { TaskDocument } from './table.ts';

/** Outputs whose JSON is larger go to the blob store, where there is one. */
export const MAX_INLINE_OUTPUTS_BYTES = 100 * 1024;

export type StoredOutputs = { readonly outputs: string } | { readonly outputs_key: string };

/** The claim check: outputs go into the task's item, or the key of the blob that holds them does. */
export class Outputs {
  readonly #blobs: BlobStore | undefined;

  constructor(blobs: BlobStore | undefined) {
    this.#blobs = blobs;
  }

  /** The blob is written before the item that refers to it. A late attempt has a blob of its own, which nothing refers to. */
  async write(runId: string, ordinal: number, attempt: number, outputs: JsonObject): Promise<StoredOutputs> {
    const text = JSON.stringify(outputs);
    if (this.#blobs === undefined || Buffer.byteLength(text) <= MAX_INLINE_OUTPUTS_BYTES) return { outputs: text };
    const key = outputsKey(runId, ordinal, attempt);
    await this.#blobs.put(key, Buffer.from(text));
    return { outputs_key: key };
  }

  /** @throws MissingValueError */
  async read({ outputs, outputs_key }: Pick<TaskDocument, 'outputs' | 'outputs_key'>): Promise<JsonObject | null> {
    if (outputs !== undefined) return JSON.parse(outputs) as JsonObject;
    if (outputs_key === undefined) return null;
    if (this.#blobs === undefined) throw new MissingValueError(`outputs are in the blob ${outputs_key}, but there is no blob store`);
    return JSON.parse(Buffer.from(await this.#blobs.get(outputs_key)).toString()) as JsonObject;
  }
}

export function outputsKey(runId: string, ordinal: number, attempt: number): string {
  return `${runBlobs(runId)}/tasks/${ordinal}/outputs-${attempt}.json`;
}
