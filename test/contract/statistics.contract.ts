import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, RESUME, RETRY, reopen, totals } from './factories.ts';

const NONE = { plans_executed: 0, tasks_executed: 0, tasks_completed: 0, tasks_failed: 0, tasks_retried: 0, tokens_used: 0 };

export function describeStatistics(store: () => RunStore): void {
  describe('statistics', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test('are zero before a run has ended', async () => {
      await store().startRun('run', at(1));

      expect({ ...(await store().getStatistics()) }).toEqual(NONE);
    });

    test('get the totals of a run when it ends, and no second time', async () => {
      const end = {
        status: 'failed',
        error: null,
        totals: totals({ completed: 5, failed: 1, blocked: 2, executed: 6, retries: 3, tokens: 700 }),
        at: at(2),
      } as const;

      await store().endRun('run', end);
      await store().endRun('run', end);

      expect({ ...(await store().getStatistics()) }).toEqual({
        plans_executed: 1,
        tasks_executed: 6,
        tasks_completed: 5,
        tasks_failed: 1,
        tasks_retried: 3,
        tokens_used: 700,
      });
    });

    test('of a run that ends again get what they do not have of it', async () => {
      const end = (ref: string, parts: Parameters<typeof totals>[0]): Promise<boolean> =>
        store().endRun(ref, { status: 'failed', error: null, totals: totals(parts), at: at(2) });
      await end('run', { completed: 5, failed: 2, executed: 7, retries: 3, tokens: 700 });
      await reopen(store(), 'run', RETRY, 3);
      expect((await store().getStatistics()).tasks_failed).toBe(2);

      expect(await end('run/2', { completed: 6, failed: 1, executed: 8, retries: 5, tokens: 650 })).toBe(true);
      expect(await end('run/2', { completed: 9 })).toBe(false);
      expect(await end('run', { completed: 9 })).toBe(false);

      const after = { plans_executed: 1, tasks_executed: 8, tasks_completed: 6, tasks_failed: 1, tasks_retried: 5, tokens_used: 650 };
      expect({ ...(await store().getStatistics()) }).toEqual(after);
      await reopen(store(), 'run/2', RETRY, 4);
      await end('run/3', { completed: 7, failed: 0, executed: 8, retries: 6, tokens: 800 });
      expect({ ...(await store().getStatistics()) }).toEqual({
        ...after,
        tasks_completed: 7,
        tasks_failed: 0,
        tasks_retried: 6,
        tokens_used: 800,
      });
    });

    test('have nothing of a run that was paused, and all of it once it ends', async () => {
      await store().startRun('run', at(1));
      await store().moveRun('run', ['executing'], 'paused', at(2));
      expect({ ...(await store().getStatistics()) }).toEqual(NONE);
      await reopen(store(), 'run', RESUME, 3);

      await store().endRun('run/2', { status: 'completed', error: null, totals: totals({ completed: 4, executed: 4 }), at: at(4) });

      expect({ ...(await store().getStatistics()) }).toEqual({ ...NONE, plans_executed: 1, tasks_executed: 4, tasks_completed: 4 });
    });

    test('add up runs that end at the same time, each repeated', async () => {
      const runIds = Array.from({ length: 6 }, (_, n) => `run-${n}`);
      for (const runId of runIds) await createRun(store(), runId);
      const end = {
        status: 'completed',
        error: null,
        totals: totals({ completed: 2, executed: 2, retries: 1, tokens: 5 }),
        at: at(2),
      } as const;

      const ended = await Promise.all([...runIds, ...runIds].map((runId) => store().endRun(runId, end)));

      expect(ended.filter(Boolean)).toHaveLength(6);
      expect({ ...(await store().getStatistics()) }).toEqual({
        plans_executed: 6,
        tasks_executed: 12,
        tasks_completed: 12,
        tasks_failed: 0,
        tasks_retried: 6,
        tokens_used: 30,
      });
    });
  });
}
