import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';

const store = new SqliteStore({ path: join(mkdtempSync(join(tmpdir(), 'blobs-')), 'store.db') });
afterAll(() => store.close());

describe.each([
  ['SqliteBlobStore', store.blobs],
  ['MemoryBlobStore', new MemoryBlobStore()],
])('%s', (_, blobs) => {
  it.each(['runs/1/machines.json', 'runs/../../outside', 'runs/./a:b?c', '漢字/🚀'])('gives back what was put as %j', async (key) => {
    await blobs.put(key, Buffer.from(`one of ${key}`));
    await blobs.put(key, Buffer.from(`two of ${key}`));

    expect(Buffer.from(await blobs.get(key)).toString()).toBe(`two of ${key}`);
  });

  it('deletes a folder, and nothing beside it', async () => {
    for (const key of ['runs/a/1', 'runs/a/b/2', 'runs/ab', 'runs/ab/3']) await blobs.put(key, Buffer.from(key));

    await blobs.deleteAll('runs/a');
    await blobs.deleteAll('runs/nobody');

    await expect(blobs.get('runs/a/1')).rejects.toThrow();
    await expect(blobs.get('runs/a/b/2')).rejects.toThrow();
    expect(Buffer.from(await blobs.get('runs/ab')).toString()).toBe('runs/ab');
  });

  it('has nothing that was not put', async () => {
    await expect(blobs.get('runs/nobody')).rejects.toMatchObject({ name: 'BlobMissingError', message: 'there is no blob runs/nobody' });
  });

  it('has nothing that was deleted, which may be repeated', async () => {
    await blobs.put('runs/gone', Buffer.from('1'));

    await blobs.delete('runs/gone');
    await blobs.delete('runs/gone');

    await expect(blobs.get('runs/gone')).rejects.toMatchObject({ name: 'BlobMissingError' });
  });
});
