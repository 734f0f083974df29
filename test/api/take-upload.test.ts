import { expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../lib/api/handle-request.ts';
import { maxBodyBytes, takeUpload } from '../../lib/api/take-upload.ts';
import { LocalUploads } from '../../lib/local/local-uploads.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { LARGEST_PLAN } from '../../lib/model/plan-sizes.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function makeUploads() {
  const uploads = new LocalUploads({
    blobs: new MemoryBlobStore(),
    clock: new VirtualClock(0, 'manual'),
    origin: () => 'http://127.0.0.1:1',
  });
  await uploads.open('id', undefined);
  const take = (method: string, path: string, headers: Record<string, string> = JSON_TYPE) =>
    takeUpload(uploads, { method, path, query: {}, headers, body: '{"é":1}' });
  return { uploads, take };
}

it('keeps what is put at an address', async () => {
  const { uploads, take } = await makeUploads();

  expect((await take('PUT', '/uploads/id'))!.status).toBe(200);

  expect(String(await uploads.read('id', 100))).toBe('{"é":1}');
});

it.each([
  ['PUT', '/uploads/other', JSON_TYPE, 403],
  ['PUT', '/uploads/id', { 'content-type': 'text/plain' }, 415],
  ['PUT', '/uploads/id', {}, 415],
  ['GET', '/uploads/id', JSON_TYPE, 405],
] as const)('refuses %s %s with %j', async (method, path, headers, status) => {
  const { uploads, take } = await makeUploads();

  expect((await take(method, path, headers))!.status).toBe(status);

  expect(await uploads.read('id', 100)).toBeUndefined();
});

it.each(['/uploads', '/uploads/', '/uploads/a/b', '/uploads/..%2Fx', '/plans', '/runs/uploads/id'])(
  'leaves %s to the API',
  async (path) => {
    expect(await (await makeUploads()).take('PUT', path)).toBeUndefined();
    expect(maxBodyBytes(path)).toBe(MAX_BODY_BYTES);
  },
);

it('takes as much as a plan may have, and no more is ever read', async () => {
  const { uploads, take } = await makeUploads();
  await take('PUT', '/uploads/id');

  expect(maxBodyBytes('/uploads/id')).toBe(LARGEST_PLAN.bytes);
  await expect(uploads.read('id', 7)).rejects.toMatchObject({ name: 'UploadTooLargeError', sizeBytes: 8 });
});
