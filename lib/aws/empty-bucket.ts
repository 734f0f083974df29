import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { BlobsLeftError } from './errors.ts';

/** Deletes all objects of a bucket without versions, or those whose keys begin with `Prefix`. @throws BlobsLeftError */
export async function emptyBucket(client: S3Client, bucket: string, Prefix?: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, ...(Prefix && { Prefix }) })) {
    if (Contents.length === 0) continue;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new BlobsLeftError(`${Errors.length} objects were not deleted: ${Errors[0]!.Code}`);
  }
}
