import { BlobMissingError, type BlobStore } from '../../../lib/runtime/ports/blob-store.ts';

export class MemoryBlobs implements BlobStore {
  readonly blobs = new Map<string, Uint8Array>();

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.blobs.set(key, bytes);
  }

  async get(key: string): Promise<Uint8Array> {
    const bytes = this.blobs.get(key);
    if (bytes === undefined) throw new BlobMissingError(key);
    return bytes;
  }

  async deleteAll(folder: string): Promise<void> {
    for (const key of this.blobs.keys()) if (key.startsWith(`${folder}/`)) this.blobs.delete(key);
  }

  async delete(key: string): Promise<void> {
    this.blobs.delete(key);
  }
}
