import { BlobMissingError, type BlobStore } from '../runtime/ports/blob-store.ts';
import type { Clock, Timer } from '../runtime/ports/clock.ts';
import { type UploadAddress, type UploadStore, UploadTooLargeError } from '../runtime/ports/upload-store.ts';
import { UPLOAD_ADDRESS_SEC, UPLOAD_LIFETIME_DAYS } from '../runtime/upload-times.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface LocalUploadsOptions {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Of the server that takes them, as it is once it listens. */
  readonly origin: () => string;
}

/** What may be put under an id. */
interface Address {
  readonly sizeBytes: number | undefined;
  readonly expiresMs: number;
  /** When the upload is forgotten. */
  readonly end: Timer;
}

/** Uploads to the server of this process. Addresses are known to the process that gave them. */
export class LocalUploads implements UploadStore {
  readonly #options: LocalUploadsOptions;
  /** By the upload's id. */
  readonly #addresses = new Map<string, Address>();

  constructor(options: LocalUploadsOptions) {
    this.#options = options;
  }

  async open(uploadId: string, sizeBytes: number | undefined): Promise<UploadAddress> {
    const { clock, origin } = this.#options;
    const expiresMs = clock.now() + UPLOAD_ADDRESS_SEC * 1000;
    const end = clock.setTimer(UPLOAD_LIFETIME_DAYS * DAY_MS, () => void this.#forget(uploadId));
    this.#addresses.set(uploadId, { sizeBytes, expiresMs, end });
    return {
      url: `${origin()}/uploads/${uploadId}`,
      headers: { 'content-type': 'application/json' },
      expires_at: new Date(expiresMs).toISOString(),
    };
  }

  /** Takes what is put at an address; false where it takes nothing, or not this. */
  async put(uploadId: string, bytes: Uint8Array): Promise<boolean> {
    const address = this.#addresses.get(uploadId);
    if (address === undefined || address.expiresMs <= this.#options.clock.now()) return false;
    if (address.sizeBytes !== undefined && address.sizeBytes !== bytes.length) return false;
    await this.#options.blobs.put(keyOf(uploadId), bytes);
    return true;
  }

  async read(uploadId: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      const bytes = await this.#options.blobs.get(keyOf(uploadId));
      if (bytes.length > maxBytes) throw new UploadTooLargeError(bytes.length);
      return bytes;
    } catch (error) {
      if (error instanceof BlobMissingError) return undefined;
      throw error;
    }
  }

  async delete(uploadId: string): Promise<void> {
    this.#addresses.get(uploadId)?.end.cancel();
    this.#addresses.delete(uploadId);
    await this.#options.blobs.delete(keyOf(uploadId));
  }

  /** Takes nothing more. */
  close(): void {
    for (const { end } of this.#addresses.values()) end.cancel();
    this.#addresses.clear();
  }

  async #forget(uploadId: string): Promise<void> {
    await this.delete(uploadId).catch(() => {}); // then it stays, and nobody finds it
  }
}

const keyOf = (uploadId: string): string => `uploads/${uploadId}`;
