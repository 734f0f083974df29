import { describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, newRun, noise, runSpec, totals } from './factories.ts';

const PLAN = { plan_id: 'large', goal_id: 'goal', context: { day: 'Monday' }, machine: 'machine' };

export function describePlannedRuns(store: () => RunStore): void {
  describe('runs whose plans come later', () => {
    test('a run without a spec is queued and has no tasks', async () => {
      expect(await store().createRun(newRun('run'))).toEqual({ run_id: 'run', created: true });

      expect(await store().getRun('run')).toMatchObject({ status: 'queued', task_count: 0, context: {} });
      expect(await store().getSpec('run')).toBeUndefined();
      expect(await store().listTasks('run')).toEqual([]);
      expect(await store().countTasks('run')).toEqual(totals());
    });

    test.each([10, 500_000])('it gets its spec and what its plan says, with a context of %i characters', async (length) => {
      const context = { text: noise(length) };
      await store().createRun(newRun('run'));

      expect(await store().planRun('run', { ...PLAN, context }, runSpec(3))).toBe(true);

      const planned = { run_id: 'run', plan_id: 'large', goal_id: 'goal', status: 'queued', task_count: 3, context, created_at: at(0) };
      expect(await store().getRun('run')).toMatchObject(planned);
      expect((await store().readTasks('run', [0])).run).toMatchObject({ status: 'queued', context });
      expect(await store().getSpec('run')).toEqual(runSpec(3));
      expect(await store().startRun('run', at(1))).toBe(true);
    });

    test('of several that plan a run at once one succeeds', async () => {
      await store().createRun(newRun('run'));

      const planned = await Promise.all(
        Array.from({ length: 5 }, (_, n) => store().planRun('run', { ...PLAN, plan_id: `plan-${n}` }, runSpec(n + 1))),
      );

      expect(planned.filter(Boolean)).toHaveLength(1);
      const winner = planned.indexOf(true);
      expect(await store().getRun('run')).toMatchObject({ plan_id: `plan-${winner}`, task_count: winner + 1 });
      expect(await store().getSpec('run')).toEqual(runSpec(winner + 1));
    });

    test('a run that has a plan gets no other', async () => {
      await createRun(store(), 'run', 2);

      expect(await store().planRun('run', PLAN, runSpec(5))).toBe(false);

      expect(await store().getRun('run')).toMatchObject({ plan_id: 'plan', task_count: 2 });
      expect(await store().getSpec('run')).toEqual(runSpec(2));
    });

    test('neither does a run that has ended, or is not there', async () => {
      await store().createRun(newRun('run'));
      const error = { code: 'E5200', message: 'the plan is not valid' };
      expect(await store().endRun('run', { status: 'failed', error, totals: totals(), at: at(1) })).toBe(true);

      expect(await store().planRun('run', PLAN, runSpec(5))).toBe(false);
      expect(await store().planRun('nobody', PLAN, runSpec(5))).toBe(false);

      expect(await store().getRun('run')).toMatchObject({ status: 'failed', error, task_count: 0 });
    });
  });
}
