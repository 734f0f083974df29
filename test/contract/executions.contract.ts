import { beforeEach, describe, expect, test } from 'vitest';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, places, RESUME, reopen, task, totals, waiter } from './factories.ts';

const shared: Demand = [{ pool: 'gpu', limit: 'shared' }];

/** What belongs to one execution of a run, and not to the next. */
export function describeExecutions(store: () => RunStore): void {
  const held = async (): Promise<string[]> =>
    (await store().listSharedHolders('run', 'gpu')).map(({ ref, ordinal }) => `${ref} ${ordinal}`).sort();
  const waitingRuns = async (): Promise<string[]> =>
    (await store().listWaitingRuns('run/2', 'gpu')).runs.map(({ ref, priority }) => `${ref} ${priority}`);

  describe('executions of a run', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
      await store().startRun('run', at(1));
    });

    test('have gates of their own', async () => {
      await store().addToken('run', 5, 'old');
      await store().addArrival('run', 5, 0);
      await reopen(store(), 'run', RESUME, 2);

      expect(await store().addArrival('run/2', 5, 1)).toEqual({ arrived: 1, hasToken: false });
      expect(await store().addToken('run/2', 5, 'new')).toEqual({ arrived: 1, reentered: false, final: false });
      expect(await store().listTokens('run/2', 5)).toEqual(['new']);
    });

    test('see the same tasks at their gates', async () => {
      await reopen(store(), 'run', RESUME, 2);
      await store().failTask('run', task(5), { code: 'E5202', message: 'no' }, at(3));

      expect((await store().addToken('run/2', 5, 'token')).final).toBe(true);
    });

    test('have places and waiting tasks of their own', async () => {
      await store().takePlaces('run', 1, places(1));
      await store().putWaiting('run', waiter(2, 2), places(1));
      await reopen(store(), 'run', RESUME, 2);

      expect(await store().isWaiting('run/2', 2)).toBe(false);
      expect(await store().isOutranked('run/2', 9, [places(1)])).toBe(false);
      expect(await store().listHolders('run/2', places(1))).toEqual([]);
      expect(await store().takePlaces('run/2', 3, places(1))).toBe(true);
      await store().putWaiting('run/2', waiter(4, 4), places(1));
      await store().freePlaces('run', 3, places(1)); // of the execution before: it has no such place
      expect(await store().listHolders('run/2', places(1))).toEqual([3]);
      await store().freePlaces('run/2', 3, places(1));
      expect(await store().takeForBest('run/2', [places(1)])).toBe(4);
    });

    test('hold and wait for shared places by their own names', async () => {
      await store().putSharedPool({ name: 'gpu', limit: 9 });
      await store().takePlaces('run', 1, shared);
      await store().putWaiting('run', waiter(2, 2), shared);
      expect(await waitingRuns()).toEqual(['run 0']);
      await store().moveRun('run', ['executing'], 'paused', at(2));
      await store().leaveSharedPool('run', 'gpu');
      await store().reopenRun('run', ['paused'], RESUME, at(3));
      await store().startRun('run/2', at(4));

      expect(await store().takePlaces('run/2', 1, shared)).toBe(true);
      await store().putWaiting('run/2', waiter(3, 3, 7), shared);

      expect(await held()).toEqual(['run/2 1']);
      expect(await store().listHolders('run/2', shared)).toEqual([1]);
      expect(await waitingRuns()).toEqual(['run/2 7']);
      await store().leaveSharedPool('run', 'gpu'); // late
      expect(await held()).toEqual(['run/2 1']);
      expect(await waitingRuns()).toEqual(['run/2 7']);
      expect(await store().takeForBest('run/2', [shared], { pool: 'gpu', held: 1 })).toBe(3);
      await store().leaveSharedPool('run/2', 'gpu');
      expect(await held()).toEqual([]);
      expect(await waitingRuns()).toEqual([]);
    });

    test('that are over get no shared place any more', async () => {
      await store().putSharedPool({ name: 'gpu', limit: 9 });
      await store().putWaiting('run', waiter(2, 2), shared);
      await reopen(store(), 'run', RESUME, 2);
      await store().startRun('run/2', at(4));

      expect(await store().takePlaces('run', 1, shared)).toBe(false);
      expect(await store().takeForBest('run', [shared], { pool: 'gpu', held: 0 })).not.toBe(2);
      await store().leaveSharedPool('run', 'gpu');
      await store().putWaiting('run', waiter(3, 3), shared);

      expect(await held()).toEqual([]);
      expect(await waitingRuns()).toEqual([]);
    });

    test.each(['pausing', 'paused', 'cancelling', 'failed'] as const)('get no shared place while the run is %s', async (status) => {
      await store().putSharedPool({ name: 'gpu', limit: 9 });
      if (status === 'failed') await store().endRun('run', { status, error: null, totals: totals(), at: at(2) });
      else await store().moveRun('run', ['executing'], status, at(2));

      expect(await store().takePlaces('run', 1, shared)).toBe(false);
      await store().putWaiting('run', waiter(3, 3), shared);

      expect(await held()).toEqual([]);
      expect(await waitingRuns()).toEqual([]);
      expect(await store().takeForBest('run', [shared], { pool: 'gpu', held: 0 })).not.toBe(3);
    });
  });
}
