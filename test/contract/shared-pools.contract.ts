import { beforeEach, describe, expect, test } from 'vitest';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, newRun, places, runSpec, totals, waiter } from './factories.ts';

const shared: Demand = [{ pool: 'gpu', limit: 'shared' }];
const inBoth: Demand = [...places(1), ...shared];

export function describeSharedPools(store: () => RunStore): void {
  const start = async (runId: string, second: number): Promise<void> => {
    await store().createRun(newRun(runId, { created_at: at(second) }), runSpec(100));
    await store().startRun(runId, at(second));
  };
  const held = async (): Promise<string[]> =>
    (await store().listSharedHolders('old', 'gpu')).map(({ ref, ordinal }) => `${ref} ${ordinal}`).sort();
  const waitingRuns = async (): Promise<string[]> =>
    (await store().listWaitingRuns('old', 'gpu')).runs.map(({ ref, priority }) => `${ref} ${priority}`);
  const end = (runId: string) => store().endRun(runId, { status: 'failed', error: null, totals: totals(), at: at(50) });

  describe('shared pools', () => {
    beforeEach(async () => {
      await start('old', 1);
      await start('new', 2);
      await store().putSharedPool({ name: 'gpu', limit: 2 });
    });

    test('are listed with what is taken and who waits', async () => {
      await store().putSharedPool({ name: 'cpu', limit: 7 });
      await store().takePlaces('old', 1, shared);
      await store().putWaiting('new', waiter(1, 1), shared);
      await store().putWaiting('new', waiter(2, 2), shared);

      expect(await store().listSharedPools()).toEqual([
        { name: 'cpu', limit: 7, held: 0, waiting_runs: 0 },
        { name: 'gpu', limit: 2, held: 1, waiting_runs: 1 },
      ]);
    });

    test('hold their limit over all runs', async () => {
      expect(await store().takePlaces('old', 1, shared)).toBe(true);
      expect(await store().takePlaces('new', 1, shared)).toBe(true);
      expect(await store().takePlaces('new', 2, shared)).toBe(false);
      expect(await store().takePlaces('old', 1, shared)).toBe(true);

      expect(await held()).toEqual(['new 1', 'old 1']);
      expect(await store().listHolders('old', shared)).toEqual([1]);
      await store().freePlaces('old', 1, shared);
      expect(await store().takePlaces('new', 2, shared)).toBe(true);
    });

    test('of many runs that take at once as many get a place as there are', async () => {
      const taken = await Promise.all(Array.from({ length: 16 }, (_, n) => store().takePlaces(n % 2 === 0 ? 'old' : 'new', n, shared)));

      expect(taken.filter(Boolean)).toHaveLength(2);
      expect(await held()).toHaveLength(2);
    });

    test('take a place together with one of the run, or neither', async () => {
      await store().takePlaces('old', 1, places(1));

      expect(await store().takePlaces('old', 2, inBoth)).toBe(false);
      expect(await store().takePlaces('new', 2, inBoth)).toBe(true);

      expect(await held()).toEqual(['new 2']);
    });

    test('take a new limit at once, and have none before they are made', async () => {
      expect(await store().takePlaces('old', 1, [{ pool: 'none', limit: 'shared' }])).toBe(false);
      await store().putSharedPool({ name: 'gpu', limit: 1 });
      expect(await store().takePlaces('old', 1, shared)).toBe(true);
      expect(await store().takePlaces('old', 2, shared)).toBe(false);
      await store().putSharedPool({ name: 'gpu', limit: 3 });
      expect(await store().takePlaces('old', 2, shared)).toBe(true);
    });

    test('name the runs that wait: the most urgent, then who holds fewest, then the oldest', async () => {
      await store().putSharedPool({ name: 'gpu', limit: 9 });
      for (const [runId, second] of [['third', 3], ['fourth', 4]] as const) await start(runId, second); // biome-ignore format: pairs
      await store().takePlaces('old', 50, shared);
      await store().putWaiting('new', waiter(1, 1), shared);
      await store().putWaiting('old', waiter(1, 1), shared);
      await store().putWaiting('fourth', waiter(1, 1, 5), shared);
      await store().putWaiting('third', waiter(1, 1), shared);

      expect(await waitingRuns()).toEqual(['fourth 5', 'new 0', 'third 0', 'old 0']);
    });

    test('name nobody while they are full', async () => {
      await store().putWaiting('new', waiter(3, 3), shared);
      expect(await waitingRuns()).toEqual(['new 0']);

      await store().takePlaces('old', 1, shared);
      await store().takePlaces('old', 2, shared);

      expect(await waitingRuns()).toEqual([]);
    });

    test('forget a run when nobody of it waits, and not when somebody does', async () => {
      const waiting = { ref: 'new', priority: 0 };
      await store().putWaiting('new', waiter(1, 1), shared);

      await store().forgetWaitingRun(waiting, 'gpu', [shared]);
      expect(await waitingRuns()).toEqual(['new 0']);
      await store().deleteWaiting('new', 1);
      await store().forgetWaitingRun(waiting, 'gpu', [shared]);
      expect(await waitingRuns()).toEqual([]);
      await store().putWaiting('new', waiter(2, 2), shared);
      expect(await waitingRuns()).toEqual(['new 0']);
    });

    test('give a place to the best waiting task of a run that can have all its places', async () => {
      await store().putWaiting('new', waiter(1, 1), inBoth);
      await store().putWaiting('new', waiter(2, 2), shared);
      await store().takePlaces('new', 9, places(1));

      expect(await store().takeForBest('new', [inBoth, shared])).toBe(2);
      await store().freePlaces('new', 9, places(1));
      expect(await store().takeForBest('new', [inBoth, shared])).toBe(1);
      expect(await store().takeForBest('new', [inBoth, shared])).toBeUndefined();

      expect(await held()).toEqual(['new 1', 'new 2']);
    });

    test('give a place to a run as long as it is its turn', async () => {
      const { held } = await store().listWaitingRuns('old', 'gpu');
      for (const ordinal of [1, 2]) await store().putWaiting('new', waiter(ordinal, ordinal), shared);

      expect(await store().takeForBest('new', [shared], { pool: 'gpu', held })).toBe(1);
      expect(await store().takeForBest('new', [shared], { pool: 'gpu', held })).toBe('over');
      expect(await store().takeForBest('new', [shared], { pool: 'gpu', held: 1 })).toBe(2);
    });

    test('give a run that has ended nothing', async () => {
      await store().putWaiting('old', waiter(2, 2), shared);
      await end('old');

      expect(await store().takePlaces('old', 1, shared)).toBe(false);
      expect(await store().takeForBest('old', [shared], { pool: 'gpu', held: 0 })).not.toBe(2);
      expect(await held()).toEqual([]);
    });

    test('are left by a run with all that it holds and waits for', async () => {
      await store().takePlaces('old', 1, shared);
      await store().takePlaces('new', 1, shared);
      await store().putWaiting('old', waiter(2, 2), shared);
      await end('old');

      await store().leaveSharedPool('old', 'gpu');
      await store().leaveSharedPool('old', 'gpu');
      await store().putWaiting('old', waiter(3, 3), shared); // a task that ends after its run

      expect(await held()).toEqual(['new 1']);
      expect(await waitingRuns()).toEqual([]);
    });
  });
}
