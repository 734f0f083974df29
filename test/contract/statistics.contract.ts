import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports.ts';
import { at, createRun, totals } from './factories.ts';

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
