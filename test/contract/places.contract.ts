import { beforeEach, describe, expect, test } from 'vitest';
import { RUN_POOL } from '../../lib/model/task-record.ts';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, places, totals, waiter } from './factories.ts';

export function describePlaces(store: () => RunStore): void {
  const holdersOf = async (runId: string): Promise<number[]> => (await store().listHolders(runId, places(9))).sort((a, b) => a - b);
  const holders = (): Promise<number[]> => holdersOf('run');

  describe('places', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('are taken up to the limit', async () => {
      expect(await store().takePlaces('run', 1, places(2))).toBe(true);
      expect(await store().takePlaces('run', 2, places(2))).toBe(true);
      expect(await store().takePlaces('run', 3, places(2))).toBe(false);

      expect(await holders()).toEqual([1, 2]);
    });

    test('a holder takes its own place again, whatever the limit', async () => {
      await store().takePlaces('run', 1, places(2));
      await store().takePlaces('run', 2, places(2));

      expect(await store().takePlaces('run', 2, places(2))).toBe(true);
      expect(await store().takePlaces('run', 1, places(1))).toBe(true);

      expect(await holders()).toEqual([1, 2]);
    });

    test('a place that is freed is taken by another', async () => {
      await store().takePlaces('run', 1, places(1));
      await store().freePlaces('run', 1, places(9));

      expect(await holders()).toEqual([]);
      expect(await store().takePlaces('run', 2, places(1))).toBe(true);
      expect(await store().takePlaces('run', 1, places(1))).toBe(false);
    });

    test('freeing what is not held changes nothing', async () => {
      await store().freePlaces('run', 1, places(9));
      await store().takePlaces('run', 1, places(1));
      await store().freePlaces('run', 2, places(9));
      await store().freePlaces('run', 2, places(9));

      expect(await holders()).toEqual([1]);
    });

    test.each([1, 3, 10])('of 30 that take at once %i get one', async (limit) => {
      const taken = await Promise.all(Array.from({ length: 30 }, (_, ordinal) => store().takePlaces('run', ordinal, places(limit))));

      expect(taken.filter(Boolean)).toHaveLength(limit);
      expect(await holders()).toEqual(taken.flatMap((got, ordinal) => (got ? [ordinal] : [])));
    });

    test('the limit holds while places are taken and freed at once', async () => {
      const limit = 3;
      let inside = 0;
      let most = 0;
      const work = async (ordinal: number): Promise<void> => {
        for (let tries = 0; tries < 200; tries++) {
          if (!(await store().takePlaces('run', ordinal, places(limit)))) continue;
          most = Math.max(most, ++inside);
          await store().listHolders('run', places(9));
          inside--;
          return store().freePlaces('run', ordinal, places(9));
        }
        throw new Error(`task ${ordinal} never got a place`);
      };

      await Promise.all(Array.from({ length: 12 }, (_, ordinal) => work(ordinal)));

      expect(most).toBeLessThanOrEqual(limit);
      expect(await holders()).toEqual([]);
    });

    test('runs have places of their own', async () => {
      await createRun(store(), 'another run');
      await store().takePlaces('run', 1, places(1));

      expect(await store().takePlaces('another run', 1, places(1))).toBe(true);
      await store().freePlaces('run', 1, places(9));

      expect(await holdersOf('another run')).toEqual([1]);
    });
  });

  describe('places in several pools', () => {
    const both: Demand = [
      { pool: RUN_POOL, limit: 3 },
      { pool: 'gpu', limit: 1 },
    ];
    const [inRun, inPool] = both.map((place): Demand => [place]) as [Demand, Demand];
    const held = async (pool: string): Promise<number[]> => (await store().listHolders('run', [{ pool, limit: 9 }])).sort((a, b) => a - b);

    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('are taken together or not at all', async () => {
      expect(await store().takePlaces('run', 1, both)).toBe(true);
      expect(await store().takePlaces('run', 2, both)).toBe(false);
      expect(await store().takePlaces('run', 3, inRun)).toBe(true);
      expect(await store().takePlaces('run', 1, both)).toBe(true);

      expect(await held(RUN_POOL)).toEqual([1, 3]);
      expect(await held('gpu')).toEqual([1]);
      expect((await store().listHolders('run', both)).sort()).toEqual([1, 3]);
    });

    test('are given back together, and leave no trace among the waiting', async () => {
      await store().putWaiting('run', waiter(1, 1), both);
      await store().takePlaces('run', 1, both);

      await store().freePlaces('run', 1, both);

      expect(await held(RUN_POOL)).toEqual([]);
      expect(await held('gpu')).toEqual([]);
      expect(await store().isWaiting('run', 1)).toBe(false);
      expect(await store().takePlaces('run', 2, inPool)).toBe(true);
    });

    test('go to the best that can have all of its places', async () => {
      await store().takePlaces('run', 9, inPool);
      await store().putWaiting('run', waiter(1, 1), both);
      await store().putWaiting('run', waiter(2, 2), inRun);
      await store().putWaiting('run', waiter(3, 3), inRun);

      expect(await store().takeForBest('run', [both, inRun])).toBe(2);
      await store().freePlaces('run', 9, inPool);
      expect(await store().takeForBest('run', [both, inRun])).toBe(1);
      expect(await store().takeForBest('run', [both, inRun])).toBe(3);
      expect(await store().takeForBest('run', [both, inRun])).toBeUndefined();

      expect(await held(RUN_POOL)).toEqual([1, 2, 3]);
      expect(await held('gpu')).toEqual([1]);
    });

    test('of many that take at once as many get them as there are', async () => {
      const taken = await Promise.all(
        Array.from({ length: 12 }, (_, ordinal) => store().takePlaces('run', ordinal, ordinal % 2 ? both : inRun)),
      );

      const got = taken.flatMap((isTaken, ordinal) => (isTaken ? [ordinal] : []));
      expect(await held(RUN_POOL)).toEqual(got);
      expect(await held('gpu')).toEqual(got.filter((ordinal) => ordinal % 2));
      expect(got.length).toBeLessThanOrEqual(3);
      expect((await held('gpu')).length).toBeLessThanOrEqual(1);
    });

    test('end with the run', async () => {
      await store().takePlaces('run', 1, both);

      await store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(1) });
      await createRun(store(), 'another run');

      expect(await store().takePlaces('another run', 1, both)).toBe(true);
    });
  });

  describe('waiting', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('nobody waits at first', async () => {
      expect(await store().takeForBest('run', [places(9)])).toBeUndefined();
      expect(await store().isWaiting('run', 1)).toBe(false);
    });

    test('places are taken for the lowest rank first, for each task once, up to the limit', async () => {
      const ranks = new Map([
        [7, 100],
        [3, 20],
        [5, 9],
        [1, 1000],
      ]);
      for (const [ordinal, rank] of ranks) await store().putWaiting('run', waiter(ordinal, rank), places(9));

      const order: unknown[] = [];
      for (let n = 0; n < 4; n++) order.push(await store().takeForBest('run', [places(3)]));

      expect(order).toEqual([5, 3, 7, undefined]);
      expect(await holdersOf('run')).toEqual([3, 5, 7]);
      expect(await store().isWaiting('run', 5)).toBe(true);
      await store().freePlaces('run', 5, places(9));
      expect(await store().isWaiting('run', 5)).toBe(false);
      expect(await store().takeForBest('run', [places(3)])).toBe(1);
    });

    test('who waits and has a place already is passed over', async () => {
      await store().putWaiting('run', waiter(4, 4), places(9));
      await store().putWaiting('run', waiter(6, 6), places(9));
      await store().takePlaces('run', 4, places(9));

      expect(await store().takeForBest('run', [places(9)])).toBe(6);
      expect(await store().takeForBest('run', [places(9)])).toBeUndefined();
    });

    test('many that take at once take for different tasks', async () => {
      for (let ordinal = 0; ordinal < 6; ordinal++) await store().putWaiting('run', waiter(ordinal, ordinal), places(9));

      const taken = await Promise.all(Array.from({ length: 10 }, () => store().takeForBest('run', [places(4)])));

      const got = taken.filter((ordinal) => typeof ordinal === 'number');
      expect(new Set(got).size).toBe(got.length);
      expect(got.length).toBeGreaterThan(0);
      expect(await holdersOf('run')).toEqual(got.sort((a, b) => a - b));
    });

    test('who is put twice is there once', async () => {
      await store().putWaiting('run', waiter(4, 4), places(9));
      await Promise.all([store().putWaiting('run', waiter(4, 4), places(9)), store().putWaiting('run', waiter(4, 4), places(9))]);
      expect(await store().isWaiting('run', 4)).toBe(true);

      await store().deleteWaiting('run', 4);

      expect(await store().isWaiting('run', 4)).toBe(false);
      expect(await store().takeForBest('run', [places(9)])).toBeUndefined();
    });

    test('who does not wait is taken away without a trace', async () => {
      await store().putWaiting('run', waiter(4, 4), places(9));

      await store().deleteWaiting('run', 5);
      await Promise.all([store().deleteWaiting('run', 4), store().deleteWaiting('run', 4)]);
      await store().deleteWaiting('run', 4);

      expect(await store().takeForBest('run', [places(9)])).toBeUndefined();
    });

    test('putting and taking away at once leaves all or nothing', async () => {
      for (let ordinal = 0; ordinal < 10; ordinal++) {
        await Promise.all([
          store().putWaiting('run', waiter(ordinal, ordinal), places(9)),
          store().deleteWaiting('run', ordinal),
          store().putWaiting('run', waiter(ordinal, ordinal), places(9)),
        ]);

        const waits = await store().isWaiting('run', ordinal);
        expect(await store().takeForBest('run', [places(99)])).toBe(waits ? ordinal : undefined);
        await store().freePlaces('run', ordinal, places(9));
        expect(await store().takeForBest('run', [places(99)])).toBeUndefined();
      }
    });

    test('who waits may come back after being taken away', async () => {
      await store().putWaiting('run', waiter(4, 4), places(9));
      await store().deleteWaiting('run', 4);
      await store().putWaiting('run', waiter(4, 4), places(9));

      expect(await store().isWaiting('run', 4)).toBe(true);
      expect(await store().takeForBest('run', [places(9)])).toBe(4);
    });

    test('the end of a run does not reach into another run', async () => {
      await createRun(store(), 'another run');
      await store().putWaiting('another run', waiter(4, 4), places(9));
      await store().takePlaces('another run', 1, places(1));
      await store().putWaiting('run', waiter(4, 4), places(9));

      await store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(1) });

      expect(await store().takePlaces('another run', 2, places(1))).toBe(false);
      expect(await store().takeForBest('another run', [places(2)])).toBe(4);
    });
  });
}
