import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, task, totals } from './factories.ts';

/** What completed tasks add to their run. */
export function describeUsage(store: () => RunStore): void {
  const used = async (runId = 'run'): Promise<[number, number]> => {
    const { tokens_used, cost_usd } = (await store().getRun(runId))!;
    return [tokens_used, cost_usd];
  };

  describe('usage', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
      await createRun(store(), 'another run');
      for (let ordinal = 0; ordinal < 12; ordinal++) await store().claimTask('run', task(ordinal), 1, at(1));
    });

    test('is added when a task completes, whatever the outputs say', async () => {
      await store().completeTask('run', task(0), 1, { tokens_used: 500 }, at(2), { tokens: 7, nanoUsd: 1 });
      await store().completeTask('run', task(1), 1, {}, at(2), { tokens: 5, nanoUsd: 250_000_000 });

      expect(await used()).toEqual([12, 0.250000001]);
      expect(await used('another run')).toEqual([0, 0]);
      expect((await store().readTasks('run', [0])).run).toMatchObject({ tokens_used: 12, cost_usd: 0.250000001 });
    });

    test('is not counted where it is not given', async () => {
      expect(await store().completeTask('run', task(0), 1, { tokens_used: 500, cost_usd: 3 }, at(2))).toBe(true);

      expect(await used()).toEqual([0, 0]);
    });

    test('is added once, however often and by whom a task is completed', async () => {
      await store().claimTask('run', task(0), 2, at(2));
      const complete = (attempt: number): Promise<boolean> =>
        store().completeTask('run', task(0), attempt, {}, at(3), { tokens: 7, nanoUsd: 9 });

      const completed = await Promise.all([complete(1), complete(2), complete(2), complete(1), complete(2)]);

      expect(completed.filter(Boolean)).toHaveLength(1);
      expect(await complete(2)).toBe(false);
      expect(await used()).toEqual([7, 9e-9]);
    });

    test('of tasks that complete at once adds up', async () => {
      const completed = await Promise.all(
        Array.from({ length: 12 }, (_, n) => store().completeTask('run', task(n), 1, { n }, at(2), { tokens: n, nanoUsd: 100_000_000 })),
      );

      expect(completed).toEqual(Array(12).fill(true));
      expect(await used()).toEqual([66, 1.2]);
      expect(await store().countTasks('run')).toMatchObject({ completed: 12 });
    });

    test('of a task that does not exist, or was never claimed, is not added', async () => {
      expect(await store().completeTask('run', task(50), 1, {}, at(2), { tokens: 7, nanoUsd: 0 })).toBe(false);
      expect(await store().completeTask('no run', task(0), 1, {}, at(2), { tokens: 7, nanoUsd: 0 })).toBe(false);

      expect(await used()).toEqual([0, 0]);
      expect(await store().getRun('no run')).toBeUndefined();
    });

    test('may be larger than numbers are exact', async () => {
      const most = { tokens: Number.MAX_SAFE_INTEGER, nanoUsd: Number.MAX_SAFE_INTEGER };

      for (const ordinal of [0, 1, 2]) await store().completeTask('run', task(ordinal), 1, {}, at(2), most);

      const [tokens, usd] = await used();
      expect(tokens).toBeGreaterThanOrEqual(Number.MAX_SAFE_INTEGER);
      expect(usd).toBeGreaterThan(9_000_000);
    });

    test('stays when the run has ended, with the tokens that were counted then', async () => {
      await store().completeTask('run', task(0), 1, {}, at(2), { tokens: 7, nanoUsd: 1_500_000_000 });

      await store().endRun('run', { status: 'failed', error: null, totals: totals({ tokens: 8 }), at: at(3) });

      expect(await used()).toEqual([8, 1.5]);
    });
  });
}
