import { beforeEach, describe, expect, it } from 'vitest';
import type { RunParent } from '../../lib/runtime/ports/child-runs.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, newRun, RESUME, reopen, runSpec, totals } from './factories.ts';

const parent: RunParent = { run_id: 'run', task_id: 'a/b', ordinal: 4, plan_hash: 'f00', timeout_sec: 1.5 };
const forParent = { ref: 'run/2', failures: 3 };

export function describeChildRuns(store: () => RunStore): void {
  describe('child runs', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    it('say what they were started for', async () => {
      await store().createRun(newRun('child', { parent, for_parent: forParent }));

      expect(await store().getRun('child')).toMatchObject({ parent_run_id: 'run', parent_task_id: 'a/b' });
      expect(await store().getControl('child')).toMatchObject({ parent, order: { mode: 'start', for_parent: forParent } });
      expect(await store().listRuns(10)).toEqual(expect.arrayContaining([expect.objectContaining({ parent_run_id: 'run' })]));
    });

    it('keep their parent when they are reopened; the order says for whom', async () => {
      await store().createRun(newRun('child', { parent, for_parent: forParent }), runSpec(1));
      await store().startRun('child', at(1));
      await store().endRun('child', { status: 'failed', error: null, totals: totals(), at: at(2) });

      await reopen(store(), 'child', { ...RESUME, for_parent: { ref: 'run/3', failures: 0 } }, 3);

      expect(await store().getControl('child')).toMatchObject({ parent, order: { for_parent: { ref: 'run/3', failures: 0 } } });
      await store().moveRun('child/2', ['queued'], 'paused', at(4));
      await reopen(store(), 'child/2', RESUME, 5);
      expect((await store().getControl('child'))!.order.for_parent).toBeUndefined();
      expect((await store().getRun('child'))!.parent_run_id).toBe('run');
    });

    it('are no others', async () => {
      expect(await store().getRun('run')).not.toHaveProperty('parent_run_id');
      expect(await store().getControl('run')).not.toHaveProperty('parent');
    });

    it('are waited for under tokens, by execution and task', async () => {
      await store().addChildToken('run', 4, '1 AQCE/+==');
      await store().addChildToken('run', 4, '1 AQCE/+==');
      await store().addChildToken('run', 4, '2 other');
      await store().addChildToken('run', 5, '1 of another task');

      expect((await store().listChildTokens('run', 4)).sort()).toEqual(['1 AQCE/+==', '2 other']);
      expect(await store().listChildTokens('run/2', 4)).toEqual([]);
      expect(await store().listChildTokens('run', 6)).toEqual([]);
      expect(await store().listTokens('run', 4)).toEqual([]);
    });
  });
}
