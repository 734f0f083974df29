import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { StoredPlan } from '../../lib/runtime/ports/stored-plans.ts';
import { AWKWARD_VALUES, at, createRun, noise } from './factories.ts';

const stored = (name: string, parts: Partial<StoredPlan> = {}): StoredPlan => ({
  name,
  plan: { tasks: [{ task_id: 'a' }] },
  task_count: 1,
  updated_at: at(0),
  ...parts,
});

export function describeStoredPlans(store: () => RunStore): void {
  describe('stored plans', () => {
    it('are found by their names, and by no other', async () => {
      await store().putStoredPlan(stored('nightly'));

      expect(await store().getStoredPlan('nightly')).toEqual(stored('nightly'));
      expect(await store().getStoredPlan('Nightly')).toBeUndefined();
      expect(await store().getStoredPlan('night')).toBeUndefined();
    });

    it('are found by a run of their tenant', async () => {
      await store().putStoredPlan(stored('nightly'));
      await createRun(store(), 'run');

      expect(await store().getStoredPlan('nightly', 'run')).toEqual(stored('nightly'));
    });

    it('take the place of the one of the same name', async () => {
      await store().putStoredPlan(stored('nightly'));
      const other = stored('nightly', { plan: { tasks: [{ task_id: 'b' }, { task_id: 'c' }] }, task_count: 2, updated_at: at(1) });

      await store().putStoredPlan(other);

      expect(await store().getStoredPlan('nightly')).toEqual(other);
      expect(await store().listStoredPlans(10)).toEqual([{ name: 'nightly', task_count: 2, updated_at: at(1) }]);
    });

    it('are gone once they are deleted, whoever says so again', async () => {
      await store().putStoredPlan(stored('nightly'));

      expect(await store().deleteStoredPlan('nightly')).toBe(true);
      expect(await store().deleteStoredPlan('nightly')).toBe(false);
      expect(await store().getStoredPlan('nightly')).toBeUndefined();
      expect(await store().listStoredPlans(10)).toEqual([]);
    });

    it('are listed by their names, page by page', async () => {
      for (const name of ['c', 'a', 'B', 'a.1', 'a-1', 'a_1', '9']) await store().putStoredPlan(stored(name));
      const names = async (limit: number, after?: string) => (await store().listStoredPlans(limit, after)).map(({ name }) => name);

      expect(await names(10)).toEqual(['9', 'B', 'a', 'a-1', 'a.1', 'a_1', 'c']);
      expect(await names(3)).toEqual(['9', 'B', 'a']);
      expect(await names(3, 'a')).toEqual(['a-1', 'a.1', 'a_1']);
      expect(await names(3, 'b')).toEqual(['c']);
      expect(await names(3, 'c')).toEqual([]);
    });

    it('come back as they were put, whatever is in them', async () => {
      const plan = { tasks: Object.entries(AWKWARD_VALUES).map(([task_id, inputs]) => ({ task_id, inputs })) };

      await store().putStoredPlan(stored('awkward', { plan }));

      expect((await store().getStoredPlan('awkward'))?.plan).toEqual(plan);
    });

    it('may be large, and replaced by smaller ones', async () => {
      const plan = { tasks: [{ task_id: 'a', description: noise(440_000) }] };
      await store().putStoredPlan(stored('large', { plan }));

      expect((await store().getStoredPlan('large'))?.plan).toEqual(plan);
      await store().putStoredPlan(stored('large'));
      expect(await store().getStoredPlan('large')).toEqual(stored('large'));
    });
  });
}
