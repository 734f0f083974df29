import type { BlobStore } from '../runtime/ports/blob-store.ts';
import { lazyBlobStore } from './lazy-blob-store.ts';

/** The blobs of a bucket; S3's SDK is loaded with the first of them. */
export function s3BlobsOf(bucket: string): BlobStore {
  return lazyBlobStore(async () => {
    const [{ S3Client }, { S3BlobStore }] = await Promise.all([import('@aws-sdk/client-s3'), import('./s3-blob-store.ts')]);
    return new S3BlobStore(new S3Client(), bucket);
  });
}
