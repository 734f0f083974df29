import type { BlobStore } from '../runtime/ports/blob-store.ts';

/** A blob store that is opened when the first blob is asked for: most invocations never load its SDK. */
export function lazyBlobStore(open: () => Promise<BlobStore>): BlobStore {
  let opened: Promise<BlobStore> | undefined;
  const store = (): Promise<BlobStore> => {
    opened ??= open();
    return opened;
  };
  return {
    put: async (key, bytes) => (await store()).put(key, bytes),
    get: async (key) => (await store()).get(key),
    deleteAll: async (folder) => (await store()).deleteAll(folder),
    delete: async (key) => (await store()).delete(key),
  };
}
