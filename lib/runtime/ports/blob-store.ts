/** Where a run's blobs of one execution are kept: a folder among them. */
export type BlobFolder = string;

/** Bytes too large for the store: outputs above 100 KB, large plans, definitions of machines that are yet to be made. */
export interface BlobStore {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** @throws BlobMissingError */
  get(key: string): Promise<Uint8Array>;
  /** Deletes all blobs whose keys begin with `folder/`. */
  deleteAll(folder: string): Promise<void>;
  /** A blob that is not there is no error. */
  delete(key: string): Promise<void>;
}

/** A blob that something refers to is not there. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
  readonly code = 'E5802';

  constructor(key: string, options?: ErrorOptions) {
    super(`there is no blob ${key}`, options);
  }
}
