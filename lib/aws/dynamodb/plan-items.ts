import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { JsonValue } from '../../model/json.ts';
import { BlobMissingError, type BlobStore } from '../../runtime/ports/blob-store.ts';
import type { StoredPlan, StoredPlanEntry } from '../../runtime/ports/stored-plans.ts';
import { CHUNK_SIZE_BYTES } from './chunks.ts';
import { MissingValueError } from './errors.ts';
import { PLAN_BLOBS, STORED_PLAN_PREFIX, type StoredPlanDocument, storedPlanKey, tenantPartition } from './table.ts';
import type { TableClient } from './table-client.ts';

/** Whoever reads the item of a plan that is replaced meanwhile may find its blob gone: once more, and it is another. */
const READ_TRIES = 3;
const LISTED = '#name, #task_count, #updated_at';

/**
 * PLAN items: plans that a tenant keeps by name. What is too large for an item, compressed, goes to a blob of its own: it is there before the
 * item refers to it, and goes when the item does so no more, so that the last of several that put a plan at once leaves a whole one.
 */
export class PlanItems {
  readonly #table: TableClient;
  readonly #blobs: BlobStore | undefined;
  readonly #newId: () => string;

  constructor(table: TableClient, blobs: BlobStore | undefined, newId: () => string) {
    this.#table = table;
    this.#blobs = blobs;
    this.#newId = newId;
  }

  async put(tenantId: string, { plan, ...entry }: StoredPlan): Promise<void> {
    const bytes = deflateRawSync(JSON.stringify(plan));
    const kept = bytes.length <= CHUNK_SIZE_BYTES || this.#blobs === undefined ? { bytes } : { blob: `${PLAN_BLOBS}/${this.#newId()}` };
    if (kept.blob !== undefined) await this.#blobs!.put(kept.blob, bytes);
    const before = await this.#table.replace<StoredPlanDocument>({ ...storedPlanKey(tenantId, entry.name), ...entry, ...kept });
    await this.#forget(before);
  }

  async get(tenantId: string, name: string): Promise<StoredPlan | undefined> {
    for (let tries = 1; ; tries++) {
      const document = await this.#table.get<StoredPlanDocument>(storedPlanKey(tenantId, name));
      if (document === undefined) return undefined;
      try {
        const plan = JSON.parse(inflateRawSync(await this.#bytesOf(document)).toString()) as JsonValue;
        return { ...entryOf(document), plan };
      } catch (error) {
        if (!(error instanceof BlobMissingError) || tries >= READ_TRIES) throw error;
      }
    }
  }

  async list(tenantId: string, limit: number, after?: string): Promise<StoredPlanEntry[]> {
    const from = after === undefined ? STORED_PLAN_PREFIX : `${STORED_PLAN_PREFIX}${after}`;
    const documents = this.#table.query<StoredPlanDocument>(
      {
        keyCondition: '#PK = :tenant AND #SK BETWEEN :from AND :to',
        projection: `#SK, ${LISTED}`,
        // no name has a character above ~
        values: { ':tenant': tenantPartition(tenantId), ':from': from, ':to': `${STORED_PLAN_PREFIX}~` },
      },
      { Limit: limit + 1 },
    );
    const entries: StoredPlanEntry[] = [];
    for await (const document of documents) {
      if (document.name === after) continue;
      if (entries.length >= limit) break;
      entries.push(entryOf(document));
    }
    return entries;
  }

  async delete(tenantId: string, name: string): Promise<boolean> {
    const before = await this.#table.take<StoredPlanDocument>(storedPlanKey(tenantId, name));
    await this.#forget(before);
    return before !== undefined;
  }

  async #bytesOf({ name, bytes, blob }: StoredPlanDocument): Promise<Uint8Array> {
    if (bytes !== undefined) return bytes;
    if (this.#blobs === undefined) throw new MissingValueError(`the plan ${name} is in the blob ${blob}, but there is no blob store`);
    return this.#blobs.get(blob!);
  }

  async #forget(document: StoredPlanDocument | undefined): Promise<void> {
    if (document?.blob !== undefined) await this.#blobs?.delete(document.blob);
  }
}

function entryOf({ name, task_count, updated_at }: StoredPlanDocument): StoredPlanEntry {
  return { name, task_count, updated_at };
}
