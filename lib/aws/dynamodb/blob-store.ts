/** Where values live that are too large for an item. */
export interface BlobStore {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** undefined when there is no such blob. */
  get(key: string): Promise<Uint8Array | undefined>;
}
