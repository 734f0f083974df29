import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import { at, claimUpTo, createRun, task } from './factories.ts';

const error = { code: 'E5202', message: 'no luck' };

/** Attempts: claim, complete, release. */
export function describeTasks(store: () => RunStore): void {
  const item = async (ordinal = 0): Promise<TaskItem | undefined> => (await store().readTasks('run', [ordinal])).tasks.get(ordinal);

  describe('attempts', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test('a task that was never touched has no item', async () => {
      expect(await item()).toBeUndefined();
      expect(await store().listTasks('run')).toEqual([]);
    });

    test('the first claim makes the item', async () => {
      expect(await store().claimTask('run', task(0), 1, at(1))).toBe(true);

      expect(await item()).toEqual({
        ordinal: 0,
        status: 'executing',
        attempt: 1,
        started: true,
        failures: 0,
        outputs: null,
        error: null,
        started_at: at(1),
        completed_at: null,
      });
    });

    test('an attempt is claimed once', async () => {
      await store().claimTask('run', task(0), 1, at(1));

      expect(await store().claimTask('run', task(0), 1, at(2))).toBe(false);

      expect(await item()).toMatchObject({ attempt: 1, started_at: at(1) });
    });

    test.each([1, 2])('of several that claim attempt %i at once one succeeds', async (attempt) => {
      await claimUpTo(store(), 'run', 0, attempt - 1);
      if (attempt > 1) await store().releaseTask('run', task(0), attempt - 1, error, at(1));

      const claimed = await Promise.all(Array.from({ length: 10 }, () => store().claimTask('run', task(0), attempt, at(5))));

      expect(claimed.filter(Boolean)).toHaveLength(1);
      expect(await item()).toMatchObject({ status: 'executing', attempt });
    });

    test('the next attempt takes over from one that executes; the first start stays', async () => {
      await store().claimTask('run', task(0), 1, at(1));

      expect(await store().claimTask('run', task(0), 2, at(2))).toBe(true);

      expect(await item()).toMatchObject({ status: 'executing', attempt: 2, started_at: at(1) });
    });

    test.each([2, 3])('attempt %i of a task that was never dispatched is refused', async (attempt) => {
      expect(await store().claimTask('run', task(0), attempt, at(1))).toBe(false);

      expect(await item()).toBeUndefined();
    });

    test.each([1, 2, 4])('attempt %i is refused when the latest is 2', async (attempt) => {
      await claimUpTo(store(), 'run', 0, 2);

      expect(await store().claimTask('run', task(0), attempt, at(3))).toBe(false);

      expect(await item()).toMatchObject({ attempt: 2 });
    });

    test.each(['completed', 'failed', 'blocked'] as const)('a task that is %s is not claimed', async (status) => {
      await store().claimTask('run', task(0), 1, at(1));
      if (status === 'completed') await store().completeTask('run', task(0), 1, {}, at(2));
      if (status === 'failed') await store().failTask('run', task(0), error, at(2));
      if (status === 'blocked') await store().blockTasks('run', [task(0)], error, at(2));

      expect(await store().claimTask('run', task(0), 2, at(3))).toBe(false);

      expect(await item()).toMatchObject({ status, attempt: 1, completed_at: at(2) });
    });

    test.each(['failed', 'blocked'] as const)('a task that is %s without an attempt is not claimed', async (status) => {
      if (status === 'failed') await store().failTask('run', task(0), error, at(2));
      else await store().blockTasks('run', [task(0)], error, at(2));

      expect(await store().claimTask('run', task(0), 1, at(3))).toBe(false);

      expect(await item()).toMatchObject({ status, attempt: 0, started_at: null });
    });

    test('the attempt that executes completes the task', async () => {
      await store().claimTask('run', task(0), 1, at(1));

      expect(await store().completeTask('run', task(0), 1, { answer: 42 }, at(2))).toBe(true);

      expect(await item()).toEqual({
        ordinal: 0,
        status: 'completed',
        attempt: 1,
        started: true,
        failures: 0,
        outputs: { answer: 42 },
        error: null,
        started_at: at(1),
        completed_at: at(2),
      });
    });

    test('completing takes away the error of an earlier attempt', async () => {
      await claimUpTo(store(), 'run', 0, 2);
      expect((await item())!.error).toEqual({ code: 'E5202', message: 'attempt 1' });

      await store().completeTask('run', task(0), 2, {}, at(3));

      expect(await item()).toMatchObject({ status: 'completed', attempt: 2, error: null });
    });

    test('a task completes once', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().completeTask('run', task(0), 1, { n: 1 }, at(2));

      expect(await store().completeTask('run', task(0), 1, { n: 2 }, at(3))).toBe(false);
      expect(await store().completeTask('run', task(0), 1, { n: 1 }, at(2))).toBe(false);

      expect(await item()).toMatchObject({ outputs: { n: 1 }, completed_at: at(2) });
    });

    test('of several that complete an attempt at once one succeeds', async () => {
      await store().claimTask('run', task(0), 1, at(1));

      const completed = await Promise.all(Array.from({ length: 10 }, (_, n) => store().completeTask('run', task(0), 1, { n }, at(n))));

      expect(completed.filter(Boolean)).toHaveLength(1);
      const winner = completed.indexOf(true);
      expect(await item()).toMatchObject({ outputs: { n: winner }, completed_at: at(winner) });
    });

    test('the result of a late attempt is refused', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().claimTask('run', task(0), 2, at(2));

      expect(await store().completeTask('run', task(0), 1, { late: true }, at(3))).toBe(false);
      expect(await store().releaseTask('run', task(0), 1, error, at(3))).toBe(false);
      expect(await item()).toMatchObject({ status: 'executing', attempt: 2, outputs: null, error: null });

      expect(await store().completeTask('run', task(0), 2, { late: false }, at(4))).toBe(true);
      expect(await store().completeTask('run', task(0), 1, { late: true }, at(5))).toBe(false);
      expect(await item()).toMatchObject({ status: 'completed', outputs: { late: false } });
    });

    test.each([1, 2])('attempt %i that nobody claimed neither completes nor is released', async (attempt) => {
      expect(await store().completeTask('run', task(0), attempt, {}, at(1))).toBe(false);
      expect(await store().releaseTask('run', task(0), attempt, error, at(1))).toBe(false);

      expect(await item()).toBeUndefined();
    });

    test('either the attempt completes or the next one takes over', async () => {
      await Promise.all(
        Array.from({ length: 8 }, async (_, ordinal) => {
          await store().claimTask('run', task(ordinal), 1, at(1));

          const [completed, taken] = await Promise.all([
            store().completeTask('run', task(ordinal), 1, {}, at(2)),
            store().claimTask('run', task(ordinal), 2, at(2)),
          ]);

          expect([completed, taken].filter(Boolean)).toHaveLength(1);
          expect(await item(ordinal)).toMatchObject(completed ? { status: 'completed', attempt: 1 } : { status: 'executing', attempt: 2 });
        }),
      );
    });

    test('a released task is pending, with the error', async () => {
      await store().claimTask('run', task(0), 1, at(1));

      expect(await store().releaseTask('run', task(0), 1, error, at(2))).toBe(true);

      expect(await item()).toEqual({
        ordinal: 0,
        status: 'pending',
        attempt: 1,
        started: true,
        failures: 1,
        outputs: null,
        error,
        started_at: at(1),
        completed_at: null,
      });
    });

    test('an attempt is released once, and does not complete then', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().releaseTask('run', task(0), 1, error, at(2));

      expect(await store().releaseTask('run', task(0), 1, { code: 'E5203', message: 'again' }, at(3))).toBe(false);
      expect(await store().completeTask('run', task(0), 1, {}, at(3))).toBe(false);

      expect(await item()).toMatchObject({ status: 'pending', error });
    });

    test.each(['completed', 'failed', 'blocked'] as const)('a task that is %s is not released', async (status) => {
      await store().claimTask('run', task(0), 1, at(1));
      if (status === 'completed') await store().completeTask('run', task(0), 1, {}, at(2));
      if (status === 'failed') await store().failTask('run', task(0), error, at(2));
      if (status === 'blocked') await store().blockTasks('run', [task(0)], error, at(2));

      expect(await store().releaseTask('run', task(0), 1, error, at(3))).toBe(false);
      if (status !== 'completed') expect(await store().completeTask('run', task(0), 1, {}, at(3))).toBe(false);

      expect(await item()).toMatchObject({ status });
    });
  });
}
