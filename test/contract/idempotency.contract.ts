import { describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, newRun, runSpec, totals } from './factories.ts';

export function describeIdempotency(store: () => RunStore): void {
  const create = (runId: string, idempotency_key: string | undefined, taskCount = 1): Promise<{ run_id: string; created: boolean }> =>
    store().createRun(newRun(runId, { idempotency_key }), runSpec(taskCount));

  describe('idempotency keys', () => {
    test('the same key again is the same run', async () => {
      expect(await create('run', 'key', 1)).toEqual({ run_id: 'run', created: true });
      expect(await create('another run', 'key', 2)).toEqual({ run_id: 'run', created: false });

      expect(await store().getRun('another run')).toBeUndefined();
      expect(await store().getSpec('another run')).toBeUndefined();
      expect(await store().getSpec('run')).toEqual(runSpec(1));
      expect(await store().listRuns(10)).toHaveLength(1);
    });

    test('a creation that is repeated as it was finds its run', async () => {
      await create('run', 'key');

      expect(await create('run', 'key')).toEqual({ run_id: 'run', created: false });
    });

    test('the run keeps its key when it has ended', async () => {
      await create('run', 'key');
      await store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(1) });

      expect(await create('another run', 'key')).toEqual({ run_id: 'run', created: false });
    });

    test('of several with the same key at once one makes the run, and all get it', async () => {
      const results = await Promise.all(Array.from({ length: 5 }, (_, n) => create(`run-${n}`, 'key', n + 1)));

      const winner = results.findIndex(({ created }) => created);
      expect(results.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(results.map(({ run_id }) => run_id))).toEqual(new Set([`run-${winner}`]));
      expect((await store().listRuns(10)).map((run) => [run.run_id, run.task_count])).toEqual([[`run-${winner}`, winner + 1]]);
      expect(await store().listEvents(`run-${winner}`, 0, 10)).toHaveLength(1);
    });

    test('another key is another run', async () => {
      await create('run-1', 'key');

      expect(await create('run-2', 'Key')).toEqual({ run_id: 'run-2', created: true });
      expect(await create('run-3', undefined)).toEqual({ run_id: 'run-3', created: true });
      expect(await create('run-4', undefined)).toEqual({ run_id: 'run-4', created: true });
    });

    test('a new key does not make a run that is there', async () => {
      await create('run', 'key', 1);

      await expect(create('run', 'another key', 2)).rejects.toThrow();

      expect((await store().getRun('run'))!.task_count).toBe(1);
      expect(await create('another run', 'another key')).toEqual({ run_id: 'another run', created: true });
    });

    test.each(['a', ' ', 'a#b', "'; --", '漢字🚀', 'x'.repeat(5_000)])('a key may be %j', async (key) => {
      await create('run', key);

      expect(await create('another run', key)).toEqual({ run_id: 'run', created: false });
    });
  });
}
