import type { UploadStore } from '../runtime/ports/upload-store.ts';

/** The uploads of a tenant; S3's SDK is loaded with the first of them. */
export function s3UploadsOf(bucket: string, tenantId: string, now: () => number): UploadStore {
  let opened: Promise<UploadStore> | undefined;
  const uploads = (): Promise<UploadStore> => {
    opened ??= open(bucket, tenantId, now);
    return opened;
  };
  return {
    open: async (uploadId, sizeBytes) => (await uploads()).open(uploadId, sizeBytes),
    read: async (uploadId, maxBytes) => (await uploads()).read(uploadId, maxBytes),
    delete: async (uploadId) => (await uploads()).delete(uploadId),
  };
}

async function open(bucket: string, tenantId: string, now: () => number): Promise<UploadStore> {
  const [{ S3Client }, { S3UploadStore }] = await Promise.all([import('@aws-sdk/client-s3'), import('./s3-upload-store.ts')]);
  return new S3UploadStore({ client: new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }), bucket, tenantId, now });
}
