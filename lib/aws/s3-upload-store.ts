import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type UploadAddress, type UploadStore, UploadTooLargeError } from '../runtime/ports/upload-store.ts';
import { UPLOAD_ADDRESS_SEC } from '../runtime/upload-times.ts';
import { UPLOAD_PREFIX } from './upload-prefix.ts';

const HEADERS = { 'content-type': 'application/json' } as const;
/** Part of the signature: S3 takes no other type, and no other size. */
const BOUND_HEADERS = new Set(['host', 'content-type', 'content-length']);

export interface S3UploadStoreOptions {
  /** With `requestChecksumCalculation: 'WHEN_REQUIRED'`: an address for bytes that are not known yet has no checksum. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Whose uploads they are: those of others are not found. */
  readonly tenantId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Uploads to a bucket, by presigned requests. */
export class S3UploadStore implements UploadStore {
  readonly #options: S3UploadStoreOptions;

  constructor(options: S3UploadStoreOptions) {
    this.#options = options;
  }

  async open(uploadId: string, sizeBytes: number | undefined): Promise<UploadAddress> {
    const { client, now } = this.#options;
    const signingDate = new Date(now());
    const command = new PutObjectCommand({
      ...this.#where(uploadId),
      ContentType: HEADERS['content-type'],
      ...(sizeBytes !== undefined && { ContentLength: sizeBytes }),
    });
    const url = await getSignedUrl(client, command, { expiresIn: UPLOAD_ADDRESS_SEC, signingDate, signableHeaders: BOUND_HEADERS });
    return { url, headers: HEADERS, expires_at: new Date(signingDate.getTime() + UPLOAD_ADDRESS_SEC * 1000).toISOString() };
  }

  async read(uploadId: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      const { Body, ContentLength = 0 } = await this.#options.client.send(new GetObjectCommand(this.#where(uploadId)));
      if (ContentLength <= maxBytes) return await Body!.transformToByteArray();
      if (Body !== undefined && 'destroy' in Body) Body.destroy();
      throw new UploadTooLargeError(ContentLength);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async delete(uploadId: string): Promise<void> {
    await this.#options.client.send(new DeleteObjectCommand(this.#where(uploadId)));
  }

  #where(uploadId: string): { Bucket: string; Key: string } {
    const { bucket, tenantId } = this.#options;
    // a tenant may be called anything, and must not reach another's by it
    return { Bucket: bucket, Key: `${UPLOAD_PREFIX}${encodeURIComponent(tenantId)}/${encodeURIComponent(uploadId)}` };
  }
}
