import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { Callback } from '../../lib/runtime/ports/tasks.ts';
import { at, createRun, totals } from './factories.ts';

const callback: Callback = { ref: 'run', ordinal: 4, attempt: 2, token: 'AQCE/+=='.repeat(256) };

export function describeCallbacks(store: () => RunStore): void {
  describe('callbacks', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test.each(['id', 'a b#c', "'; --", '漢字🚀'])('are found by the id %j', async (id) => {
      await store().putCallback(id, callback);

      expect({ ...(await store().getCallback(id)) }).toEqual(callback);
    });

    test.each(['', 'ID', 'id ', 'x'.repeat(10_000)])('are not found by the id %j', async (id) => {
      await store().putCallback('id', callback);

      expect(await store().getCallback(id)).toBeUndefined();
    });

    test('each attempt has its own', async () => {
      await store().putCallback('first', { ...callback, attempt: 1 });
      await store().putCallback('second', { ...callback, attempt: 2 });

      expect((await store().getCallback('first'))?.attempt).toBe(1);
      expect((await store().getCallback('second'))?.attempt).toBe(2);
    });

    test.each(['run', 'run/2', 'run/17'])('are of the execution %j', async (ref) => {
      await store().putCallback('id', { ...callback, ref });

      expect((await store().getCallback('id'))?.ref).toBe(ref);
    });

    test('stay when the run has ended', async () => {
      await store().putCallback('id', callback);
      await store().endRun('run', { status: 'cancelled', error: null, totals: totals(), at: at(1) });

      expect({ ...(await store().getCallback('id')) }).toEqual(callback);
    });
  });
}
