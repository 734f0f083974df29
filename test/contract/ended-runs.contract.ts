import { describe, expect, test } from 'vitest';
import type { EndedRuns } from '../../lib/runtime/ports/ended-runs.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, newRun, noise, RETRY, reopen, runSpec, task, totals, waiter } from './factories.ts';

export function describeEndedRuns(store: () => RunStore & EndedRuns): void {
  const end = (runId: string, second: number): Promise<boolean> =>
    store().endRun(runId, { status: 'completed', error: null, totals: totals({ completed: 1 }), at: at(second) });
  const ended = (runId: string, second: number) => ({ run_id: runId, completed_at: at(second) });

  describe('runs that have ended', () => {
    test('are those that ended before an instant, the earliest first', async () => {
      for (const [runId, second] of [
        ['b', 3],
        ['a', 2],
        ['c', 4],
      ] as const) {
        await createRun(store(), runId);
        await end(runId, second);
      }

      expect(await store().listEnded(at(5), 10)).toEqual([ended('a', 2), ended('b', 3), ended('c', 4)]);
      expect(await store().listEnded(at(4), 10)).toEqual([ended('a', 2), ended('b', 3)]);
      expect(await store().listEnded(at(5), 2)).toEqual([ended('a', 2), ended('b', 3)]);
    });

    test('are none that are queued or execute', async () => {
      await createRun(store(), 'queued');
      await createRun(store(), 'executing');
      await store().startRun('executing', at(1));

      expect(await store().listEnded(at(59), 10)).toEqual([]);
    });

    test('have ended badly too', async () => {
      await createRun(store(), 'run');
      await store().endRun('run', { status: 'failed', error: { code: 'E5204', message: 'no' }, totals: totals(), at: at(1) });

      expect(await store().listEnded(at(2), 10)).toEqual([ended('run', 1)]);
    });
  });

  describe('a run that is removed', () => {
    const makeRun = async (runId: string): Promise<void> => {
      const context = { text: noise(10_000) };
      await store().createRun(newRun(runId, { idempotency_key: `key of ${runId}`, context }), runSpec(60, noise(20_000)));
      await store().startRun(runId, at(1));
      for (let n = 0; n < 30; n++) await store().claimTask(runId, task(n), 1, at(1));
      await store().completeTask(runId, task(0), 1, { x: noise(200_000) }, at(2));
      await store().addExpansion(runId, { task: 5, count: 20, size: 3 });
      await store().addArrival(runId, 1, 0);
      await store().takePlaces(runId, 2, [{ pool: 'p', limit: 1 }]);
      await store().putWaiting(runId, waiter(3, 1), [{ pool: 'p', limit: 1 }]);
      await store().putCallback(`callback of ${runId}`, { ref: runId, ordinal: 4, attempt: 1, token: 't' });
    };

    test('is not found any more, nor anything of it', async () => {
      await makeRun('run');
      await end('run', 3);
      expect(await store().listEvents('run', 0, 1)).toHaveLength(1); // its log has long been written when a run is removed

      await store().removeRun(ended('run', 3));

      expect(await store().getRun('run')).toBeUndefined();
      expect(await store().getSpec('run')).toBeUndefined();
      expect(await store().listRuns(10)).toEqual([]);
      expect(await store().readTasks('run', [0, 1])).toEqual({ run: undefined, tasks: new Map() });
      expect(await store().listTasks('run')).toEqual([]);
      expect(await store().listExpansions('run')).toEqual([]);
      expect(await store().listHolders('run', [{ pool: 'p', limit: 1 }])).toEqual([]);
      expect(await store().listEvents('run', 0, 10)).toEqual([]);
      expect(await store().listEnded(at(59), 10)).toEqual([]);
    });

    test('leaves its idempotency key and its id to another run, which has nothing of it', async () => {
      await makeRun('run');
      await end('run', 3);
      await store().removeRun(ended('run', 3));

      expect(await store().createRun(newRun('run', { idempotency_key: 'key of run' }), runSpec(2))).toEqual({
        run_id: 'run',
        created: true,
      });

      expect(await store().getRun('run')).toMatchObject({ status: 'queued', task_count: 2, context: {} });
      expect(await store().listTasks('run')).toEqual([]);
      expect(await store().listExpansions('run')).toEqual([]);
      expect(await store().countTasks('run')).toMatchObject({ unfinished: 2 });
    });

    test('goes with all its executions', async () => {
      await makeRun('run');
      await makeRun('run 2');
      await end('run', 3);
      for (const ref of ['run', 'run/2', 'run/3']) {
        await reopen(store(), ref, RETRY, 4);
        const { execution } = (await store().getRun('run'))!;
        await store().addToken(`run/${execution}`, 1, 'token');
        await store().takePlaces(`run/${execution}`, 2, [{ pool: 'p', limit: 1 }]);
      }
      await store().addToken('run 2', 1, 'token');
      await end('run/4', 5);

      await store().removeRun(ended('run', 5));

      for (const ref of ['run', 'run/2', 'run/3', 'run/4']) {
        expect(await store().listTokens(ref, 1)).toEqual([]);
        expect(await store().listHolders(ref, [{ pool: 'p', limit: 1 }])).toEqual([]);
      }
      expect(await store().listTokens('run 2', 1)).toEqual(['token']);
      expect(await store().getControl('run')).toBeUndefined();
    });

    test('stays in the statistics', async () => {
      await createRun(store(), 'run');
      await end('run', 3);
      const before = await store().getStatistics();

      await store().removeRun(ended('run', 3));

      expect(await store().getStatistics()).toEqual(before);
      expect(before.plans_executed).toBe(1);
    });

    test('takes nothing of another with it', async () => {
      await makeRun('run');
      await makeRun('run 2');
      await end('run', 3);

      await store().removeRun(ended('run', 3));

      expect(await store().getSpec('run 2')).toEqual(runSpec(60, noise(20_000)));
      expect(await store().listTasks('run 2')).toHaveLength(30);
      expect(await store().listExpansions('run 2')).toHaveLength(1);
      expect(await store().getCallback('callback of run 2')).toBeDefined();
      expect(await store().createRun(newRun('run 3', { idempotency_key: 'key of run 2' }), runSpec(1))).toEqual({
        run_id: 'run 2',
        created: false,
      });
    });

    test('may be removed again, and by several at once', async () => {
      await makeRun('run');
      await end('run', 3);

      await Promise.all([store().removeRun(ended('run', 3)), store().removeRun(ended('run', 3))]);
      await store().removeRun(ended('run', 3));

      expect(await store().getRun('run')).toBeUndefined();
    });
  });

  describe('a run that has not ended then', () => {
    test('is not removed while it goes on', async () => {
      await createRun(store(), 'run');
      await store().startRun('run', at(1));
      await store().claimTask('run', task(0), 1, at(1));

      await store().removeRun(ended('run', 2));

      expect(await store().getRun('run')).toMatchObject({ status: 'executing' });
      expect(await store().listTasks('run')).toHaveLength(1);
    });

    test('is not removed when it goes on again', async () => {
      await createRun(store(), 'run');
      await end('run', 3);
      await reopen(store(), 'run', RETRY, 4);

      await store().removeRun(ended('run', 3));

      expect(await store().getRun('run')).toMatchObject({ status: 'queued', execution: 2 });
      expect(await store().listEnded(at(59), 10)).toEqual([]);
      await end('run/2', 6);
      expect(await store().listEnded(at(59), 10)).toEqual([ended('run', 6)]);
    });

    test('is not removed when it ended another time', async () => {
      await createRun(store(), 'run');
      await end('run', 3);

      await store().removeRun(ended('run', 2));

      expect(await store().getRun('run')).toMatchObject({ status: 'completed' });
      expect(await store().listEnded(at(59), 10)).toEqual([ended('run', 3)]);
    });

    test('is no concern where there is none', async () => {
      await expect(store().removeRun(ended('nobody', 1))).resolves.toBeUndefined();
    });
  });
}
