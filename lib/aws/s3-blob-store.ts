import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { BlobMissingError, type BlobStore } from '../runtime/ports/blob-store.ts';
import { emptyBucket } from './empty-bucket.ts';

/** Blobs in a bucket, which encrypts them. */
export class S3BlobStore implements BlobStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, ContentType: 'application/json' }));
  }

  /** @throws BlobMissingError */
  async get(key: string): Promise<Uint8Array> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return await Body!.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) throw new BlobMissingError(key, { cause: error });
      throw error;
    }
  }

  /** @throws BlobsLeftError */
  async deleteAll(folder: string): Promise<void> {
    await emptyBucket(this.#client, this.#bucket, `${folder}/`);
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }
}
