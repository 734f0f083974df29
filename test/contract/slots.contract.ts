import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports.ts';
import { at, createRun, totals } from './factories.ts';

export function describeSlots(store: () => RunStore): void {
  const holdersOf = async (runId: string): Promise<number[]> => (await store().listHolders(runId)).sort((a, b) => a - b);
  const holders = (): Promise<number[]> => holdersOf('run');

  describe('slots', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('are taken up to the limit', async () => {
      expect(await store().takeSlot('run', 1, 2)).toBe(true);
      expect(await store().takeSlot('run', 2, 2)).toBe(true);
      expect(await store().takeSlot('run', 3, 2)).toBe(false);

      expect(await holders()).toEqual([1, 2]);
    });

    test('a holder takes its own slot again, whatever the limit', async () => {
      await store().takeSlot('run', 1, 2);
      await store().takeSlot('run', 2, 2);

      expect(await store().takeSlot('run', 2, 2)).toBe(true);
      expect(await store().takeSlot('run', 1, 1)).toBe(true);

      expect(await holders()).toEqual([1, 2]);
    });

    test('a slot that is freed is taken by another', async () => {
      await store().takeSlot('run', 1, 1);
      await store().freeSlot('run', 1);

      expect(await holders()).toEqual([]);
      expect(await store().takeSlot('run', 2, 1)).toBe(true);
      expect(await store().takeSlot('run', 1, 1)).toBe(false);
    });

    test('freeing what is not held changes nothing', async () => {
      await store().freeSlot('run', 1);
      await store().takeSlot('run', 1, 1);
      await store().freeSlot('run', 2);
      await store().freeSlot('run', 2);

      expect(await holders()).toEqual([1]);
    });

    test.each([1, 3, 10])('of 30 that take at once %i get one', async (limit) => {
      const taken = await Promise.all(Array.from({ length: 30 }, (_, ordinal) => store().takeSlot('run', ordinal, limit)));

      expect(taken.filter(Boolean)).toHaveLength(limit);
      expect(await holders()).toEqual(taken.flatMap((got, ordinal) => (got ? [ordinal] : [])));
    });

    test('the limit holds while slots are taken and freed at once', async () => {
      const limit = 3;
      let inside = 0;
      let most = 0;
      const work = async (ordinal: number): Promise<void> => {
        for (let tries = 0; tries < 200; tries++) {
          if (!(await store().takeSlot('run', ordinal, limit))) continue;
          most = Math.max(most, ++inside);
          await store().listHolders('run');
          inside--;
          return store().freeSlot('run', ordinal);
        }
        throw new Error(`task ${ordinal} never got a slot`);
      };

      await Promise.all(Array.from({ length: 12 }, (_, ordinal) => work(ordinal)));

      expect(most).toBeLessThanOrEqual(limit);
      expect(await holders()).toEqual([]);
    });

    test('runs have slots of their own', async () => {
      await createRun(store(), 'another run');
      await store().takeSlot('run', 1, 1);

      expect(await store().takeSlot('another run', 1, 1)).toBe(true);
      await store().freeSlot('run', 1);

      expect(await holdersOf('another run')).toEqual([1]);
    });
  });

  describe('waiting', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('nobody waits at first', async () => {
      expect(await store().takeForBest('run', 9)).toBeUndefined();
      expect(await store().isWaiting('run', 1)).toBe(false);
    });

    test('slots are taken for the lowest rank first, for each task once, up to the limit', async () => {
      const ranks = new Map([
        [7, 100],
        [3, 20],
        [5, 9],
        [1, 1000],
      ]);
      for (const [ordinal, rank] of ranks) await store().putWaiting('run', ordinal, rank);

      const order: (number | undefined)[] = [];
      for (let n = 0; n < 4; n++) order.push(await store().takeForBest('run', 3));

      expect(order).toEqual([5, 3, 7, undefined]);
      expect(await holdersOf('run')).toEqual([3, 5, 7]);
      expect(await store().isWaiting('run', 5)).toBe(true);
      await store().freeSlot('run', 5);
      expect(await store().isWaiting('run', 5)).toBe(false);
      expect(await store().takeForBest('run', 3)).toBe(1);
    });

    test('who waits and has a slot already is passed over', async () => {
      await store().putWaiting('run', 4, 4);
      await store().putWaiting('run', 6, 6);
      await store().takeSlot('run', 4, 9);

      expect(await store().takeForBest('run', 9)).toBe(6);
      expect(await store().takeForBest('run', 9)).toBeUndefined();
    });

    test('many that take at once take for different tasks', async () => {
      for (let ordinal = 0; ordinal < 6; ordinal++) await store().putWaiting('run', ordinal, ordinal);

      const taken = await Promise.all(Array.from({ length: 10 }, () => store().takeForBest('run', 4)));

      const got = taken.filter((ordinal) => ordinal !== undefined);
      expect(new Set(got).size).toBe(got.length);
      expect(got.length).toBeGreaterThan(0);
      expect(await holdersOf('run')).toEqual(got.sort((a, b) => a - b));
    });

    test('who is put twice is there once', async () => {
      await store().putWaiting('run', 4, 4);
      await Promise.all([store().putWaiting('run', 4, 4), store().putWaiting('run', 4, 4)]);
      expect(await store().isWaiting('run', 4)).toBe(true);

      await store().deleteWaiting('run', 4);

      expect(await store().isWaiting('run', 4)).toBe(false);
      expect(await store().takeForBest('run', 9)).toBeUndefined();
    });

    test('who does not wait is taken away without a trace', async () => {
      await store().putWaiting('run', 4, 4);

      await store().deleteWaiting('run', 5);
      await Promise.all([store().deleteWaiting('run', 4), store().deleteWaiting('run', 4)]);
      await store().deleteWaiting('run', 4);

      expect(await store().takeForBest('run', 9)).toBeUndefined();
    });

    test('putting and taking away at once leaves all or nothing', async () => {
      for (let ordinal = 0; ordinal < 10; ordinal++) {
        await Promise.all([
          store().putWaiting('run', ordinal, ordinal),
          store().deleteWaiting('run', ordinal),
          store().putWaiting('run', ordinal, ordinal),
        ]);

        const waits = await store().isWaiting('run', ordinal);
        expect(await store().takeForBest('run', 99)).toBe(waits ? ordinal : undefined);
        await store().freeSlot('run', ordinal);
        expect(await store().takeForBest('run', 99)).toBeUndefined();
      }
    });

    test('who waits may come back after being taken away', async () => {
      await store().putWaiting('run', 4, 4);
      await store().deleteWaiting('run', 4);
      await store().putWaiting('run', 4, 4);

      expect(await store().isWaiting('run', 4)).toBe(true);
      expect(await store().takeForBest('run', 9)).toBe(4);
    });

    test('the end of a run does not reach into another run', async () => {
      await createRun(store(), 'another run');
      await store().putWaiting('another run', 4, 4);
      await store().takeSlot('another run', 1, 1);
      await store().putWaiting('run', 4, 4);

      await store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(1) });

      expect(await store().takeSlot('another run', 2, 1)).toBe(false);
      expect(await store().takeForBest('another run', 2)).toBe(4);
    });
  });
}
