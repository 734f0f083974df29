import { expect, test } from 'vitest';
import { lazyBlobStore } from '../../lib/aws/lazy-blob-store.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';

function countedOpening() {
  const opened: MemoryBlobStore[] = [];
  const blobs = lazyBlobStore(async () => {
    const store = new MemoryBlobStore();
    opened.push(store);
    return store;
  });
  return { blobs, opened };
}

test('opens nothing before the first blob', () => {
  expect(countedOpening().opened).toEqual([]);
});

test('opens the store once, for calls at the same time too', async () => {
  const { blobs, opened } = countedOpening();

  await Promise.all([blobs.put('a', Buffer.from('1')), blobs.put('b', Buffer.from('2'))]);
  const bytes = await Promise.all([blobs.get('a'), blobs.get('b')]);

  expect(bytes.map(String)).toEqual(['1', '2']);
  expect(opened).toHaveLength(1);
});

test('passes on that a blob is missing', async () => {
  await expect(countedOpening().blobs.get('a')).rejects.toThrow('there is no blob a');
});

test('deletes blobs', async () => {
  const { blobs } = countedOpening();
  await blobs.put('a', Buffer.from('1'));

  await blobs.delete('a');

  await expect(blobs.get('a')).rejects.toThrow('there is no blob a');
});
