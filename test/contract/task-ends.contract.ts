import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import { at, claimUpTo, createRun, task, tasks } from './factories.ts';

const error = { code: 'E5205', message: 'retries used up' };
const another = { code: 'E5204', message: 'blocked by the failure of task-1' };

/** Ends without outputs: fail, block, cancel. */
export function describeTaskEnds(store: () => RunStore): void {
  const item = async (ordinal = 0): Promise<TaskItem | undefined> => (await store().readTasks('run', [ordinal])).tasks.get(ordinal);

  describe('failing and blocking', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('a task fails that was never touched', async () => {
      const failed = await store().failTask('run', task(0), error, at(1));

      expect(failed).toEqual({
        ordinal: 0,
        status: 'failed',
        attempt: 0,
        started: false,
        failures: 0,
        outputs: null,
        error,
        started_at: null,
        completed_at: at(1),
      });
      expect(await item()).toEqual(failed);
    });

    test.each(['executing', 'pending'] as const)('a task fails that is %s; attempt and start stay', async (status) => {
      await claimUpTo(store(), 'run', 0, 2);
      if (status === 'pending') await store().releaseTask('run', task(0), 2, another, at(3));

      const failed = await store().failTask('run', task(0), error, at(4));

      const failures = status === 'pending' ? 2 : 1;
      expect(failed).toEqual({
        ordinal: 0,
        status: 'failed',
        attempt: 2,
        started: true,
        failures,
        outputs: null,
        error,
        started_at: at(1),
        completed_at: at(4),
      });
      expect(await item()).toEqual(failed);
    });

    test('a task that has completed stays so, and comes back with its outputs', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().completeTask('run', task(0), 1, { answer: 42 }, at(2));

      const found = await store().failTask('run', task(0), error, at(3));

      expect(found).toMatchObject({ status: 'completed', attempt: 1, outputs: { answer: 42 }, error: null, completed_at: at(2) });
      expect(await item()).toEqual(found);
    });

    test('a task that has failed or is blocked stays as it is', async () => {
      await store().failTask('run', task(0), error, at(1));
      await store().blockTasks('run', [task(1)], another, at(1));

      expect(await store().failTask('run', task(0), another, at(2))).toMatchObject({ status: 'failed', error, completed_at: at(1) });
      expect(await store().failTask('run', task(1), error, at(2))).toMatchObject({
        status: 'blocked',
        error: another,
        completed_at: at(1),
      });
    });

    test('completing and failing at once agree on the outcome', async () => {
      await Promise.all(
        Array.from({ length: 8 }, async (_, ordinal) => {
          await store().claimTask('run', task(ordinal), 1, at(1));

          const [completed, found] = await Promise.all([
            store().completeTask('run', task(ordinal), 1, { answer: 42 }, at(2)),
            store().failTask('run', task(ordinal), error, at(2)),
          ]);

          expect(found.status).toBe(completed ? 'completed' : 'failed');
          expect(await item(ordinal)).toEqual(found);
        }),
      );
    });

    test('blocks what has no final status', async () => {
      await store().claimTask('run', task(1), 1, at(1)); // executing
      await claimUpTo(store(), 'run', 2, 2);
      await store().completeTask('run', task(2), 2, {}, at(2)); // completed
      await store().failTask('run', task(3), error, at(2)); // failed

      await store().blockTasks('run', tasks(0, 1, 2, 3), another, at(5));

      expect((await store().listTasks('run')).map(({ status, attempt, completed_at }) => [status, attempt, completed_at])).toEqual([
        ['blocked', 0, at(5)],
        ['blocked', 1, at(5)],
        ['completed', 2, at(2)],
        ['failed', 0, at(2)],
      ]);
      expect((await item(1))!.error).toEqual(another);
    });

    test('blocking again changes nothing', async () => {
      await store().blockTasks('run', tasks(0, 1), another, at(1));
      const before = await store().listTasks('run');

      await store().blockTasks('run', tasks(1, 0), error, at(2));

      expect(await store().listTasks('run')).toEqual(before);
    });

    test('cancels what has no final status, and cancelling again changes nothing', async () => {
      await store().claimTask('run', task(1), 1, at(1)); // executing
      await claimUpTo(store(), 'run', 2, 1);
      await store().completeTask('run', task(2), 1, {}, at(2));
      await store().blockTasks('run', [task(3)], another, at(2));

      await store().cancelTasks('run', tasks(0, 1, 2, 3), error, at(5));
      await store().cancelTasks('run', tasks(0, 1), another, at(6));

      expect((await store().listTasks('run')).map(({ status, attempt, completed_at }) => [status, attempt, completed_at])).toEqual([
        ['cancelled', 0, at(5)],
        ['cancelled', 1, at(5)],
        ['completed', 1, at(2)],
        ['blocked', 0, at(2)],
      ]);
      expect((await item(1))!.error).toEqual(error);
      expect(await store().countTasks('run')).toMatchObject({ completed: 1, blocked: 1, cancelled: 2, executed: 2, unfinished: 96 });
    });

    test('skips what has no final status, without an error, and skipping again changes nothing', async () => {
      await claimUpTo(store(), 'run', 1, 1);
      await store().releaseTask('run', task(1), 1, error, at(2)); // pending, with an error
      await store().failTask('run', task(2), error, at(2));

      await store().skipTasks('run', tasks(0, 1, 2), at(5));
      await store().skipTasks('run', tasks(0, 1), at(6));

      expect(
        (await store().listTasks('run')).map(({ status, attempt, completed_at, error }) => [status, attempt, completed_at, error]),
      ).toEqual([
        ['skipped', 0, at(5), null],
        ['skipped', 1, at(5), null],
        ['failed', 0, at(2), error],
      ]);
      expect(await store().countTasks('run')).toMatchObject({ skipped: 2, failed: 1, unfinished: 97 });
    });

    test('a task that is skipped is neither claimed nor failed', async () => {
      await store().skipTasks('run', [task(0)], at(2));

      expect(await store().claimTask('run', task(0), 1, at(3))).toBe(false);
      expect(await store().failTask('run', task(0), error, at(3))).toMatchObject({ status: 'skipped', error: null });
    });

    test('cancels of those that have not started what has no final status', async () => {
      await claimUpTo(store(), 'run', 1, 1); // executing
      await claimUpTo(store(), 'run', 2, 1);
      await store().releaseTask('run', task(2), 1, error, at(2)); // between two attempts
      await store().blockTasks('run', [task(3)], another, at(2));

      await store().cancelUnstarted('run', tasks(0, 1, 2, 3), error, at(5));
      await store().cancelUnstarted('run', tasks(0), another, at(6));

      expect((await store().listTasks('run')).map(({ status, completed_at }) => [status, completed_at])).toEqual([
        ['cancelled', at(5)],
        ['executing', null],
        ['pending', null],
        ['blocked', at(2)],
      ]);
      expect(await store().claimTask('run', task(0), 1, at(6))).toBe(false);
      expect(await store().claimTask('run', task(2), 2, at(6))).toBe(true);
    });

    test('of cancelling and claiming at once one comes first', async () => {
      await Promise.all(
        Array.from({ length: 8 }, async (_, ordinal) => {
          const [claimed] = await Promise.all([
            store().claimTask('run', task(ordinal), 1, at(1)),
            store().cancelUnstarted('run', [task(ordinal)], error, at(1)),
          ]);

          expect((await item(ordinal))!.status).toBe(claimed ? 'executing' : 'cancelled');
        }),
      );
    });

    test('a run is failing from the mark on', async () => {
      const failing = async (): Promise<boolean | undefined> => (await store().readTasks('run', [])).run?.failing;
      expect(await failing()).toBe(false);

      expect(await store().markFailing('run', 0)).toBe(true);
      expect(await store().markFailing('run', 1)).toBe(false);
      expect(await store().markFailing('run', 0)).toBe(true);

      expect(await failing()).toBe(true);
      expect((await store().getRun('run'))!.status).toBe('queued');
    });

    test('the mark of another execution changes nothing, and a run that is reopened is failing no more', async () => {
      const failing = async (): Promise<boolean | undefined> => (await store().readTasks('run', [])).run?.failing;
      const order = { mode: 'resume', folder: 'f', plan_folder: '' } as const;
      await store().startRun('run', at(1));
      expect(await store().markFailing('run/2', 0)).toBe(false);
      await store().markFailing('run', 0);
      await store().moveRun('run', ['executing'], 'paused', at(2));

      await store().reopenRun('run', ['paused'], order, at(3));

      expect(await failing()).toBe(false);
      expect(await store().markFailing('run', 0)).toBe(false);
      expect(await failing()).toBe(false);
      expect(await store().markFailing('run/2', 1)).toBe(true);
      expect(await failing()).toBe(true);
    });

    test('a task that is cancelled is neither claimed, completed nor failed', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().cancelTasks('run', [task(0)], error, at(2));

      expect(await store().completeTask('run', task(0), 1, {}, at(3), { tokens: 1, nanoUsd: 1 })).toBe(false);
      expect(await store().claimTask('run', task(0), 2, at(3))).toBe(false);
      expect(await store().failTask('run', task(0), another, at(3))).toMatchObject({ status: 'cancelled', error, completed_at: at(2) });
      expect((await store().getRun('run'))!.tokens_used).toBe(0);
    });

    test('blocks none and many', async () => {
      await store().blockTasks('run', [], another, at(1));
      expect(await store().listTasks('run')).toEqual([]);

      const all = tasks(...Array(100).keys());
      await Promise.all([store().blockTasks('run', all, another, at(1)), store().blockTasks('run', all, another, at(1))]);

      const items = await store().listTasks('run');
      expect(items.map(({ ordinal }) => ordinal)).toEqual([...Array(100).keys()]);
      expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['blocked']));
    });

    test.each(['', 'a "quoted" text', 'line\nbreak \u0000 🚀', 'x'.repeat(10_000)])('an error may say %j', async (message) => {
      await store().failTask('run', task(0), { code: 'E5202', message }, at(1));

      expect((await item())!.error).toEqual({ code: 'E5202', message });
    });
  });
}
