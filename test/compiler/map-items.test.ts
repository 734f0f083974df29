import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { chunk, writeItems } from '../../lib/compiler/map-items.ts';
import { range } from './layouts.ts';

const single = (ordinals: number[]) => ordinals.map((ordinal) => [ordinal]);

describe('chunk', () => {
  it('gives the ordinals of single tasks, and the items of chains', () => {
    expect(chunk([[4], [7]], 1)).toEqual([4, 7]);
    expect(chunk([[4, 5], [7, 8]], 1)).toEqual([[4, 5], [7, 8]]); // biome-ignore format: pairs
  });

  it.each([41, 79, 80, 1600, 1601, 2983])('cuts %i items into even chunks of at most 40, none of one', (count) => {
    const levels = count > 1600 ? 3 : 2;
    const flat = (chunks: unknown, depth: number): void => {
      const list = chunks as unknown[];
      expect(list.length).toBeLessThanOrEqual(40);
      expect(list.length).toBeGreaterThan(1);
      if (depth > 1) for (const each of list) flat(each, depth - 1);
    };

    const chunks = chunk(single(range(0, count)), levels);

    flat(chunks, levels);
    expect((chunks as unknown[]).flat(levels)).toEqual(range(0, count));
  });
});

describe('writeItems', () => {
  it('keeps short or scattered lists as they are', () => {
    expect(writeItems([1, 5, 9])).toEqual([1, 5, 9]);
  });

  it.each([
    ['a run', single(range(3, 300)), 1],
    ['runs with holes', single([...range(0, 200), 500, ...range(900, 1100)]), 1],
    ['nested runs', single(range(100, 2000)), 2],
  ])('writes %s as ranges that evaluate to the same', async (_, items, levels) => {
    const chunks = chunk(items, levels);

    const written = writeItems(chunks);

    expect(typeof written).toBe('string');
    const value = await jsonata(String(written).slice(2, -2)).evaluate({});
    expect(JSON.parse(JSON.stringify(value))).toEqual(chunks);
  });
});
