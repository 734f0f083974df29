import { describe, expect, it } from 'vitest';
import type { Layout } from '../../lib/compiler/layout.ts';
import { applyLimit } from '../../lib/compiler/limit.ts';
import { mapLayout, parallelLayout, range, seriesLayout, taskLayout } from './layouts.ts';

const limited = (layout: Layout, limit: number, rank = range(0, 100)) =>
  applyLimit(layout, { limit, rank, priorityOf: () => 0, keepsWhole: () => true });
const placed = (ordinal: number) => taskLayout(ordinal, { takesPlace: true });
const body = taskLayout(0, { position: 0 });
const placedAt = (ordinal: number) => taskLayout(ordinal, { position: 0, takesPlace: true });

describe('applyLimit', () => {
  it('changes nothing where the layout is no wider than the limit', () => {
    const layout = parallelLayout(taskLayout(0), taskLayout(1));

    expect(limited(layout, 2)).toBe(layout);
  });

  it('asks for places only where more could run than may', () => {
    // 0 -> (1 | 2 | 3) -> 4
    const layout = seriesLayout(taskLayout(0), parallelLayout(taskLayout(1), taskLayout(2), taskLayout(3)), taskLayout(4));

    expect(limited(layout, 2)).toEqual(seriesLayout(taskLayout(0), parallelLayout(placed(1), placed(2), placed(3)), taskLayout(4)));
  });

  it('counts what runs beside a part', () => {
    // (0 -> (1 | 2)) | 3: beside 0 runs one task, beside 1 run two
    const layout = parallelLayout(seriesLayout(taskLayout(0), parallelLayout(taskLayout(1), taskLayout(2))), taskLayout(3));

    expect(limited(layout, 2)).toEqual(parallelLayout(seriesLayout(taskLayout(0), parallelLayout(placed(1), placed(2))), placed(3)));
  });

  it('enters branches that wait for places by rank', () => {
    // 0 | (1 -> 2) | ((3 | 4) -> 5)
    const layout = parallelLayout(
      taskLayout(0),
      seriesLayout(taskLayout(1), taskLayout(2)),
      seriesLayout(parallelLayout(taskLayout(3), taskLayout(4)), taskLayout(5)),
    );

    expect(limited(layout, 2, [9, 3, 0, 8, 2, 1])).toEqual(
      parallelLayout(seriesLayout(parallelLayout(placed(4), placed(3)), placed(5)), seriesLayout(placed(1), placed(2)), placed(0)),
    );
  });

  it("uses a Map's own MaxConcurrency where nothing runs beside it, and takes its items by rank", () => {
    const layout = seriesLayout(taskLayout(9), mapLayout([[0], [1], [2], [3]], body));

    const rank = [3, 2, 1, 0];

    expect(limited(layout, 2, rank)).toEqual(seriesLayout(taskLayout(9), mapLayout([[3], [2], [1], [0]], body, { maxConcurrency: 2 })));
  });

  it.each([
    ['something runs beside it', parallelLayout(mapLayout([[0], [1], [2]], body), taskLayout(9))],
    ['its iterations run several tasks at once', mapLayout([[0, 3], [1, 4], [2, 5]], parallelLayout(body, taskLayout(3, { position: 1 })))], // biome-ignore format: pairs
    ['a task in it waits at a gate', mapLayout([[0], [1], [2]], { ...body, gated: true })],
    ['its tasks are in a pool', mapLayout([[0], [1], [2]], { ...body, pooled: true })],
    ['it is nested', mapLayout([[0], [1], [2]], body, { levels: 2 })],
  ])('asks for places in a Map when %s', (_, layout) => {
    const text = JSON.stringify(limited(layout, 2));

    expect(text).toContain('"takesPlace":true');
    expect(text).not.toContain('maxConcurrency');
  });

  it('asks for places in a Map of chains whose tasks have priorities of their own', () => {
    const layout = mapLayout([[0, 3], [1, 4], [2, 5]], seriesLayout(body, taskLayout(3, { position: 1 }))); // biome-ignore format: pairs
    const withPriority = (priorityOf: (task: number) => number) =>
      JSON.stringify(applyLimit(layout, { limit: 2, rank: range(0, 6), priorityOf, keepsWhole: () => true }));

    expect(withPriority((task) => (task === 4 ? 1 : 0))).toContain('"takesPlace":true');
    expect(withPriority(() => 7)).toContain('"maxConcurrency":2');
  });

  it('asks for places in a Map that will be cut into several machines', () => {
    const layout = mapLayout([[0], [1], [2]], body);

    expect(JSON.stringify(applyLimit(layout, { limit: 2, rank: [0, 1, 2], priorityOf: () => 0, keepsWhole: () => false }))).toContain(
      '"takesPlace":true',
    );
  });

  describe('where tasks hold places from the start', () => {
    const withHeld = (layout: Layout, limit: number, by: number[], waiting = 0) =>
      applyLimit(layout, { limit, rank: range(0, 10), priorityOf: () => 0, keepsWhole: () => true, held: { by: new Set(by), waiting } });

    it('changes nothing where no more can run than may', () => {
      const layout = parallelLayout(taskLayout(0), taskLayout(1));

      expect(withHeld(layout, 2, [0])).toBe(layout);
    });

    it('lets them take their places also where others need none, so that they give them back', () => {
      // (0 | 1) -> (2 | 3 | 4)
      const layout = seriesLayout(parallelLayout(taskLayout(0), taskLayout(1)), parallelLayout(...range(2, 5).map((i) => taskLayout(i))));

      expect(withHeld(layout, 2, [1])).toEqual(
        seriesLayout(parallelLayout(taskLayout(0), placed(1)), parallelLayout(placed(2), placed(3), placed(4))),
      );
    });

    it('asks for places in a Map that has one of them, at that place in the iterations', () => {
      const chain = seriesLayout(body, taskLayout(3, { position: 1 }));
      const map = mapLayout([[0, 3], [1, 4]], chain); // biome-ignore format: pairs
      const layout = seriesLayout(map, parallelLayout(taskLayout(6), taskLayout(7), taskLayout(8)));

      const placedMap = { ...map, body: seriesLayout({ ...body, takesPlace: true }, taskLayout(3, { position: 1 })) };
      expect(withHeld(layout, 2, [1])).toEqual(seriesLayout(placedMap, parallelLayout(placed(6), placed(7), placed(8))));
    });

    it('lets no Map count its own iterations that has one of them, but one that comes after them all', () => {
      const map = (first: number) =>
        mapLayout(
          range(first, first + 3).map((i) => [i]),
          taskLayout(first, { position: 0 }),
        );

      expect(withHeld(seriesLayout(map(0), map(3)), 2, [1])).toEqual(
        seriesLayout({ ...map(0), body: placedAt(0) }, { ...map(3), maxConcurrency: 2 }),
      );
    });

    it('counts one that waits beside all else', () => {
      // (0 | 1) -> 2, and 2 holds a place: only one of the others may run
      const layout = seriesLayout(parallelLayout(taskLayout(0), taskLayout(1)), taskLayout(2));

      expect(withHeld(layout, 2, [2], 1)).toEqual(seriesLayout(parallelLayout(placed(0), placed(1)), placed(2)));
    });
  });
});
