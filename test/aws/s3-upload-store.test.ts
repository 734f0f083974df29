import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { S3UploadStore } from '../../lib/aws/s3-upload-store.ts';
import { awsError, refusal, scriptCalls } from './scripted-calls.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const BYTES = Buffer.from('{"tasks":[]}');
const object = (sizeBytes: number) => {
  const destroyed: boolean[] = [];
  const Body = { transformToByteArray: async () => BYTES, destroy: () => destroyed.push(true) };
  return { destroyed, answer: { Body, ContentLength: sizeBytes } };
};

function makeUploads(tenantId = 'us') {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = new S3Client({ region: 'eu-central-1', credentials, requestChecksumCalculation: 'WHEN_REQUIRED' });
  return new S3UploadStore({ client, bucket: 'bucket', tenantId, now: () => NOW_MS });
}

test('gives an address for a quarter of an hour, bound to type and size', async () => {
  const { url, headers, expires_at } = await makeUploads().open('id', 7);

  const { origin, pathname, searchParams } = new URL(url);
  expect(origin + pathname).toBe('https://bucket.s3.eu-central-1.amazonaws.com/uploads/us/id');
  expect(Object.fromEntries(searchParams)).toMatchObject({
    'X-Amz-Date': '20260101T000000Z',
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': 'content-length;content-type;host',
  });
  expect(headers).toEqual({ 'content-type': 'application/json' });
  expect(expires_at).toBe('2026-01-01T00:15:00.000Z');
});

test('leaves the size open where it is not said, and asks for no checksum', async () => {
  const { url } = await makeUploads().open('id', undefined);

  expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('content-type;host');
  expect(url).not.toContain('checksum');
});

test.each([
  ['a/b', 'uploads/a%2Fb/id'],
  ['..', 'uploads/../id'],
  ['a%2Fb', 'uploads/a%252Fb/id'],
])('keeps the uploads of the tenant %s apart', async (tenantId, Key) => {
  const sent = scriptCalls(S3Client, object(BYTES.length).answer);

  expect(await makeUploads(tenantId).read('id', 100)).toEqual(BYTES);

  expect(sent).toEqual([['GetObjectCommand', { Bucket: 'bucket', Key }]]);
});

test('reads nothing of what is too large', async () => {
  const { answer, destroyed } = object(101);
  scriptCalls(S3Client, answer);

  await expect(makeUploads().read('id', 100)).rejects.toMatchObject({ name: 'UploadTooLargeError', sizeBytes: 101 });

  expect(destroyed).toEqual([true]);
});

test('finds nothing where nothing was put, and passes on everything else', async () => {
  const denied = awsError('AccessDenied', 403);
  const uploads = makeUploads();
  scriptCalls(S3Client, new NoSuchKey(refusal), denied);

  expect(await uploads.read('id', 100)).toBeUndefined();
  await expect(uploads.read('id', 100)).rejects.toBe(denied);
});

test('deletes what was put', async () => {
  const sent = scriptCalls(S3Client);

  await makeUploads().delete('id');

  expect(sent).toEqual([['DeleteObjectCommand', { Bucket: 'bucket', Key: 'uploads/us/id' }]]);
});
