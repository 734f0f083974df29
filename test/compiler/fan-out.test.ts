import { describe, expect, it } from 'vitest';
import { fanOut } from '../../lib/compiler/fan-out.ts';
import { mapLayout, parallel, parallelLayout, range, series, seriesLayout, task, taskLayout } from './layouts.ts';

const alike = () => ({ shape: 'same', stem: 'work #', pooled: false });
const NO_LIMIT = 1_000_000;

describe('fanOut', () => {
  it('makes a Map of siblings that are alike', () => {
    const layout = fanOut(parallel(...range(0, 5).map((i) => task(i))), { shapeOf: alike, limit: 10 });

    expect(layout).toEqual(mapLayout([[0], [1], [2], [3], [4]], taskLayout(0, { position: 0 })));
  });

  it('makes a Map of whole chains', () => {
    const chains = range(0, 4).map((i) => series(task(i), task(10 + i)));

    const layout = fanOut(parallel(...chains), { shapeOf: alike, limit: 10 });

    const items = [[0, 10], [1, 11], [2, 12], [3, 13]]; // biome-ignore format: pairs
    expect(layout).toEqual(mapLayout(items, seriesLayout(taskLayout(0, { position: 0 }), taskLayout(10, { position: 1 }))));
  });

  it('leaves a few siblings as branches, so that each keeps its name', () => {
    expect(fanOut(parallel(task(0), task(1), task(2)), { shapeOf: alike, limit: 10 })).toEqual(
      parallelLayout(taskLayout(0), taskLayout(1), taskLayout(2)),
    );
  });

  it('leaves siblings of different names as branches until they are a crowd', () => {
    const named = (ordinal: number) => ({ shape: 'same', stem: `name ${String.fromCharCode(65 + ordinal)}`, pooled: false });

    expect(fanOut(parallel(...range(0, 23).map((i) => task(i))), { shapeOf: named, limit: 100 }).kind).toBe('parallel');
    expect(fanOut(parallel(...range(0, 24).map((i) => task(i))), { shapeOf: named, limit: 100 }).kind).toBe('map');
  });

  it('keeps tasks of different shapes apart, however alike their names are', () => {
    const shapes = (ordinal: number) => ({ shape: ordinal < 4 ? 'patient' : 'hasty', stem: 'work #', pooled: false });

    const layout = fanOut(parallel(...range(0, 8).map((i) => task(i))), { shapeOf: shapes, limit: 10 });

    expect(layout).toEqual(
      parallelLayout(
        mapLayout([[0], [1], [2], [3]], taskLayout(0, { position: 0 })),
        mapLayout([[4], [5], [6], [7]], taskLayout(4, { position: 0 })),
      ),
    );
  });

  it('gives matching positions to chains whose branches come in another order', () => {
    const shapes = (ordinal: number) => ({ shape: ordinal % 2 === 0 ? 'even' : 'odd', stem: '#', pooled: false });
    const forks = [parallel(task(0), task(1)), parallel(task(3), task(2)), parallel(task(4), task(5)), parallel(task(7), task(6))];

    const layout = fanOut(parallel(...forks.map((fork, i) => series(task(10 + 2 * i), fork))), { shapeOf: shapes, limit: 10 });

    expect(layout).toMatchObject({ kind: 'map', items: [[10, 0, 1], [12, 2, 3], [14, 4, 5], [16, 6, 7]] }); // biome-ignore format: triples
  });

  it('nests Maps where more than 40 may run at once, so that all of them do', () => {
    const wide = parallel(...range(0, 41).map((i) => task(i)));

    expect(fanOut(wide, { shapeOf: alike, limit: 40 })).toMatchObject({ kind: 'map', levels: 1 });
    expect(fanOut(wide, { shapeOf: alike, limit: 41 })).toMatchObject({ kind: 'map', levels: 2 });
    expect(fanOut(parallel(...range(0, 1601).map((i) => task(i))), { shapeOf: alike, limit: NO_LIMIT })).toMatchObject({ levels: 3 });
  });

  it('nests Maps of gated tasks at any limit: one that waits must not keep another from being entered', () => {
    const gated = parallel(...range(0, 41).map((i) => task(i, [99])));

    expect(fanOut(gated, { shapeOf: alike, limit: 3 })).toMatchObject({ kind: 'map', levels: 2 });
  });

  it('puts no Map into a Map of tasks', () => {
    const fork = (first: number) => series(task(first), parallel(...range(first + 1, first + 6).map((i) => task(i))));

    const layout = fanOut(parallel(...range(0, 5).map((i) => fork(i * 10))), { shapeOf: alike, limit: 10 });

    expect(layout.kind).toBe('parallel');
  });
});
