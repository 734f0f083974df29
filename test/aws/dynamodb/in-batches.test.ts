import { describe, expect, test } from 'vitest';
import { inBatches, mapAtMost } from '../../../lib/aws/dynamodb/in-batches.ts';

describe('inBatches', () => {
  test.each([
    [[], []],
    [[1], [[1]]],
    [[1, 2, 3], [[1, 2, 3]]],
    [
      [1, 2, 3, 4, 5, 6, 7],
      [[1, 2, 3], [4, 5, 6], [7]],
    ],
  ])('%j by three', (items, batches) => {
    expect(inBatches(items, 3)).toEqual(batches);
  });
});

describe('mapAtMost', () => {
  /** Calls that end when they are told to. */
  function heldCalls() {
    const ends = new Map<number, () => void>();
    const begun: number[] = [];
    const call = (item: number): Promise<number> => {
      begun.push(item);
      return new Promise((resolve) => ends.set(item, () => resolve(item * 10)));
    };
    const end = async (item: number) => {
      ends.get(item)!();
      await new Promise(setImmediate);
    };
    return { call, begun, end };
  }

  test('has at most so many calls under way, and gives results in the order of the items', async () => {
    const { call, begun, end } = heldCalls();
    const results = mapAtMost(2, [1, 2, 3, 4], call);
    expect(begun).toEqual([1, 2]);

    await end(2);
    expect(begun).toEqual([1, 2, 3]);
    await end(3);
    expect(begun).toEqual([1, 2, 3, 4]);
    await end(4);
    await end(1);

    expect(await results).toEqual([10, 20, 30, 40]);
  });

  test('makes no call for nothing', async () => {
    const { call, begun } = heldCalls();

    expect(await mapAtMost(2, [], call)).toEqual([]);

    expect(begun).toEqual([]);
  });

  test('fails with the first failure', async () => {
    const error = new Error('no luck');

    const results = mapAtMost(2, [1, 2, 3], async (item) => {
      if (item === 2) throw error;
      return item;
    });

    await expect(results).rejects.toBe(error);
  });
});
