import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { S3BlobStore } from '../../lib/aws/s3-blob-store.ts';
import { s3BlobsOf } from '../../lib/aws/s3-blobs-of.ts';
import { awsError, refusal, scriptCalls } from './scripted-calls.ts';

const makeStore = () => new S3BlobStore(new S3Client({ region: 'us-east-1' }), 'bucket');
const BYTES = Buffer.from('{"x":1}');
const object = (bytes: Uint8Array) => ({ Body: { transformToByteArray: async () => bytes } });

test('puts a blob as JSON', async () => {
  const sent = scriptCalls(S3Client);

  await makeStore().put('runs/r/machines.json', BYTES);

  expect(sent).toEqual([
    ['PutObjectCommand', { Bucket: 'bucket', Key: 'runs/r/machines.json', Body: BYTES, ContentType: 'application/json' }],
  ]);
});

test('gets a blob', async () => {
  const sent = scriptCalls(S3Client, object(BYTES));

  expect(await makeStore().get('key')).toEqual(BYTES);

  expect(sent).toEqual([['GetObjectCommand', { Bucket: 'bucket', Key: 'key' }]]);
});

test('deletes the blobs of a folder', async () => {
  const sent = scriptCalls(S3Client, { Contents: [{ Key: 'runs/r/machines.json' }] });

  await makeStore().deleteAll('runs/r');

  expect(sent).toMatchObject([
    ['ListObjectsV2Command', { Bucket: 'bucket', Prefix: 'runs/r/' }],
    ['DeleteObjectsCommand', { Bucket: 'bucket', Delete: { Objects: [{ Key: 'runs/r/machines.json' }], Quiet: true } }],
  ]);
});

test('deletes a blob', async () => {
  const sent = scriptCalls(S3Client);

  await makeStore().delete('key');

  expect(sent).toEqual([['DeleteObjectCommand', { Bucket: 'bucket', Key: 'key' }]]);
});

test('names a blob that is missing', async () => {
  const cause = new NoSuchKey(refusal);
  scriptCalls(S3Client, cause);

  await expect(makeStore().get('key')).rejects.toMatchObject({
    name: 'BlobMissingError',
    code: 'E5802',
    message: 'there is no blob key',
    cause,
  });
});

test('passes on everything else', async () => {
  const denied = awsError('AccessDenied', 403);
  const store = makeStore();
  scriptCalls(S3Client, denied, denied);

  await expect(store.get('key')).rejects.toBe(denied);
  await expect(store.put('key', BYTES)).rejects.toBe(denied);
});

test('the blobs of a bucket are read and written there', async () => {
  const sent = scriptCalls(S3Client, {}, object(BYTES));
  const blobs = s3BlobsOf('bucket');

  await blobs.put('key', BYTES);
  const bytes = await blobs.get('key');

  expect(bytes).toEqual(BYTES);
  expect(sent).toMatchObject([
    ['PutObjectCommand', { Bucket: 'bucket', Key: 'key' }],
    ['GetObjectCommand', { Bucket: 'bucket', Key: 'key' }],
  ]);
});
