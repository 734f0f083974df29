import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { emptyBucket } from '../../lib/aws/empty-bucket.ts';
import { scriptCalls } from './scripted-calls.ts';

const client = new S3Client({ region: 'us-east-1' });

test('deletes the objects of each page', async () => {
  const pages = [
    { Contents: [{ Key: 'a' }, { Key: 'b' }], IsTruncated: true, NextContinuationToken: 'more' },
    {},
    { Contents: [{ Key: 'c' }] },
  ];
  const sent = scriptCalls(S3Client, ...pages);

  await emptyBucket(client, 'bucket');

  expect(sent).toMatchObject([
    ['ListObjectsV2Command', { Bucket: 'bucket' }],
    ['DeleteObjectsCommand', { Bucket: 'bucket', Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } }],
    ['ListObjectsV2Command', { Bucket: 'bucket', ContinuationToken: 'more' }],
    ['DeleteObjectsCommand', { Bucket: 'bucket', Delete: { Objects: [{ Key: 'c' }] } }],
  ]);
});

test('deletes nothing in an empty bucket', async () => {
  const sent = scriptCalls(S3Client, {});

  await emptyBucket(client, 'bucket');

  expect(sent).toMatchObject([['ListObjectsV2Command', { Bucket: 'bucket' }]]);
});

test('tells when objects are left', async () => {
  scriptCalls(S3Client, { Contents: [{ Key: 'a' }] }, { Errors: [{ Key: 'a', Code: 'AccessDenied' }] });

  await expect(emptyBucket(client, 'bucket')).rejects.toMatchObject({
    name: 'BlobsLeftError',
    message: '1 objects were not deleted: AccessDenied',
  });
});
