import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { packed } from '../../model/packed.ts';
import { MissingValueError } from './errors.ts';
import { mapAtMost } from './in-batches.ts';
import { type ChunkDocument, type ChunkKind, type ChunksReference, chunkKey } from './table.ts';
import type { TableClient } from './table-client.ts';

/** An item may have 400 KB, keys and names included. */
export const CHUNK_SIZE_BYTES = 350 * 1024;
const CONCURRENT_PUTS = 4;

/**
 * Writes a value of any size as compressed chunks. Their keys carry the hash of the content: a repeat writes the same items, and
 * another value never overwrites them.
 */
export async function writeChunks(table: TableClient, runId: string, kind: ChunkKind, value: object): Promise<ChunksReference> {
  const bytes = packed(value);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const count = Math.ceil(bytes.length / CHUNK_SIZE_BYTES);
  const chunks: ChunkDocument[] = Array.from({ length: count }, (_, n) => ({
    ...chunkKey(runId, kind, hash, n),
    bytes: bytes.subarray(n * CHUNK_SIZE_BYTES, (n + 1) * CHUNK_SIZE_BYTES),
  }));
  await mapAtMost(CONCURRENT_PUTS, chunks, (chunk) => table.put(chunk));
  return { hash, count };
}

/** @throws MissingValueError */
export async function readChunks(table: TableClient, runId: string, kind: ChunkKind, { hash, count }: ChunksReference): Promise<unknown> {
  const keys = Array.from({ length: count }, (_, n) => chunkKey(runId, kind, hash, n));
  const chunks = new Map((await table.getAll<ChunkDocument>(keys)).map((chunk) => [chunk.SK, chunk.bytes]));
  if (chunks.size < count) throw new MissingValueError(`run ${runId} has ${chunks.size} of ${count} ${kind} chunks`);
  return JSON.parse(inflateRawSync(Buffer.concat(keys.map((key) => chunks.get(key.SK)!))).toString()) as unknown;
}
