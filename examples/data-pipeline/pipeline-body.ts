import { expect } from 'vitest';
import { expectInOrder, mostAtOnce, statusesOf } from '../check-order.ts';
import { planOf, withMock } from '../plan-of.ts';
import type { RunPlan } from '../run-plan.ts';

const plan = () => planOf('data-pipeline');
const DAYS = [0, 1, 2, 3, 4];

/** What holds of the data pipeline wherever it runs with the mock. */
export const PIPELINE_CASES: Readonly<Record<string, (run: RunPlan) => Promise<void>>> = {
  'publishes what has passed the gate, each partition loaded at the second attempt': async (run) => {
    const result = await run(plan());

    expect(result.status).toBe('completed');
    const steps = (day: number) =>
      ['', '/validate', '/transform', '/load'].map((step) => [`partitions/${day}${step}`, 'completed'] as const);
    expect(statusesOf(result)).toEqual({
      extract: 'completed',
      partitions: 'completed',
      ...Object.fromEntries(DAYS.flatMap(steps)),
      quality: 'completed',
      publish: 'completed',
      rollback: 'skipped',
      'clean-up': 'completed',
    });
    expect(result.outputs.partitions).toEqual({ results: DAYS.map(() => ({ rows: 20, rejected: 0, loaded: 4 })), count: 5, failed: 0 });
    for (const day of DAYS) {
      const each = `partitions/${day}`;
      expectInOrder(
        result,
        'extract',
        `${each}/validate`,
        `${each}/transform`,
        `${each}/load`,
        'partitions',
        'quality',
        'publish',
        'clean-up',
      );
      expect(result.tasks[`${each}/load`]!.attempt).toBe(2);
    }
    expect(mostAtOnce(result, /^partitions\/\d+\/load$/)).toBeLessThanOrEqual(2);
    expect(mostAtOnce(result, /^partitions\/\d+\/./)).toBeLessThanOrEqual(3);
  },

  'rolls back what the gate refuses': async (run) => {
    const result = await run(withMock(plan(), 'quality', { outputs: { data: { rejected_ratio: 0.2 } } }));

    expect(result.status).toBe('completed');
    expect(statusesOf(result)).toMatchObject({ publish: 'skipped', rollback: 'completed', 'clean-up': 'completed' });
    expectInOrder(result, 'quality', 'rollback', 'clean-up');
  },

  'rolls back where the gate is never reached': async (run) => {
    const result = await run(withMock(plan(), 'partitions/validate', { fail_times: -1 }));

    expect(result.status).toBe('failed');
    expect(statusesOf(result)).toMatchObject({
      partitions: 'failed',
      quality: 'blocked',
      publish: 'blocked',
      rollback: 'completed',
      'clean-up': 'completed',
    });
    expectInOrder(result, 'extract', 'rollback', 'clean-up');
  },
};
