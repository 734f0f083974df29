import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { TaskItem, TaskKey, TaskProgress, TaskReset } from '../../lib/runtime/ports/tasks.ts';
import { at, claimUpTo, createRun, noise, RETRY, reopen, runSpec, task, tasks, totals } from './factories.ts';

const error = { code: 'E5202', message: 'no luck' };
const late = { code: 'E5205', message: 'late' };
const PLAN = { plan_id: 'plan', goal_id: null, machine: 'machine' };

/** Tasks that run again in the next execution of their run. */
export function describeResets(store: () => RunStore): void {
  const item = async (ordinal = 0): Promise<TaskItem | undefined> => (await store().readTasks('run', [ordinal])).tasks.get(ordinal);
  const progress = async (ordinal = 0): Promise<TaskProgress | undefined> =>
    (await store().listProgress('run')).find((each) => each.ordinal === ordinal);
  /** As it stands now. */
  const resetOf = async (ordinal: number, removed = false): Promise<TaskReset> => {
    const was = await item(ordinal);
    return { task: inExecution(2, ordinal), was: was && { status: was.status, attempt: was.attempt }, removed };
  };
  const reset = async (...ordinals: readonly number[]): Promise<boolean> =>
    store().resetTasks('run/2', await Promise.all(ordinals.map((ordinal) => resetOf(ordinal))), false, at(20));
  const inExecution = (execution: number, ordinal = 0): TaskKey => ({ ...task(ordinal), execution });

  describe('the progress of tasks', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test('has failures and times, and no outputs', async () => {
      expect(await store().listProgress('run')).toEqual([]);
      await claimUpTo(store(), 'run', 3, 3);
      await store().completeTask('run', task(3), 3, { n: 1 }, at(5));
      await store().failTask('run', task(1), error, at(6));

      const common = { forgiven: 0 };
      expect(await store().listProgress('run')).toEqual([
        { ...common, ordinal: 1, status: 'failed', attempt: 0, started: false, failures: 0, error, started_at: null, completed_at: at(6), changed_at: at(6) },
        { ...common, ordinal: 3, status: 'completed', attempt: 3, started: true, failures: 2, error: null, started_at: at(1), completed_at: at(5), changed_at: at(5) },
      ]); // biome-ignore format: rows
    });

    test('is that of more than a megabyte of outputs', async () => {
      for (const ordinal of [0, 1, 2, 3, 4, 5, 6, 7]) {
        await store().claimTask('run', task(ordinal), 1, at(1));
        await store().completeTask('run', task(ordinal), 1, { text: noise(200_000, ordinal) }, at(2));
      }

      expect((await store().listProgress('run')).map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    test('failures are attempts that were released, not those that were taken over', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().claimTask('run', task(0), 2, at(2)); // takes over
      expect(await item()).toMatchObject({ attempt: 2, failures: 0 });
      await store().releaseTask('run', task(0), 1, error, at(3)); // of one that is over
      expect(await item()).toMatchObject({ failures: 0 });
      await store().releaseTask('run', task(0), 2, error, at(3));
      await store().releaseTask('run', task(0), 2, error, at(3));
      expect(await item()).toMatchObject({ failures: 1 });
      await store().claimTask('run', task(0), 3, at(4));
      await store().releaseTask('run', task(0), 3, error, at(5));
      expect(await store().failTask('run', task(0), late, at(6))).toMatchObject({ failures: 2 });
      expect(await progress()).toMatchObject({ failures: 2, forgiven: 0 });
    });

    test('changes with every claim and end, and when somebody says that an attempt goes on', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      expect(await progress()).toMatchObject({ changed_at: at(1) });
      expect(await store().touchTask('run', task(0), 1, at(3))).toBe(true);
      expect(await progress()).toMatchObject({ status: 'executing', attempt: 1, changed_at: at(3), started_at: at(1) });
      await store().releaseTask('run', task(0), 1, error, at(4));
      expect(await progress()).toMatchObject({ changed_at: at(4) });
      await store().claimTask('run', task(0), 2, at(5));
      expect(await progress()).toMatchObject({ changed_at: at(5) });
    });

    test('only the attempt that executes can say so', async () => {
      expect(await store().touchTask('run', task(0), 1, at(1))).toBe(false);
      await claimUpTo(store(), 'run', 0, 2);
      expect(await store().touchTask('run', task(0), 1, at(9))).toBe(false);
      expect(await store().touchTask('run', task(0), 3, at(9))).toBe(false);
      await store().releaseTask('run', task(0), 2, error, at(3));
      expect(await store().touchTask('run', task(0), 2, at(9))).toBe(false);
      await store().claimTask('run', task(0), 3, at(4));
      await store().completeTask('run', task(0), 3, {}, at(5));
      expect(await store().touchTask('run', task(0), 3, at(9))).toBe(false);

      expect(await progress()).toMatchObject({ changed_at: at(5) });
    });
  });

  describe('a task that is reset', () => {
    /** Failed, interrupted, between two attempts, never dispatched. */
    const resetAs = async (forgive: boolean): Promise<boolean[]> => {
      await createRun(store(), 'run');
      await store().startRun('run', at(1));
      for (const ordinal of [0, 1, 2]) await claimUpTo(store(), 'run', ordinal, 1);
      await store().failTask('run', task(0), error, at(5));
      await store().cancelTasks('run', [task(1)], error, at(5));
      await store().releaseTask('run', task(2), 1, error, at(5));
      await reopen(store(), 'run', { ...RETRY, mode: forgive ? 'retry' : 'resume' }, 10);
      const resets = await Promise.all([0, 1, 2, 3].map((ordinal) => resetOf(ordinal)));
      expect(await store().resetTasks('run/2', resets, forgive, at(20))).toBe(true);
      return (await store().listTasks('run')).map(({ started }) => started);
    };
    const unstarted = async (execution: number): Promise<string[]> => {
      await store().cancelUnstarted('run', [0, 1, 2, 3].map((ordinal) => inExecution(execution, ordinal)), error, at(30)); // biome-ignore format: rows
      return (await store().listTasks('run')).map(({ status }) => status);
    };

    test('has started unless it had ended and is retried', async () => {
      expect(await resetAs(true)).toEqual([false, false, true, false]);

      expect(await unstarted(2)).toEqual(['cancelled', 'cancelled', 'pending', 'cancelled']);
    });

    test('has started where it is resumed', async () => {
      expect(await resetAs(false)).toEqual([true, true, true, false]);

      expect(await unstarted(2)).toEqual(['pending', 'pending', 'pending', 'cancelled']);
    });

    test('is not cancelled or skipped by who is late with an earlier execution', async () => {
      await resetAs(true);

      expect(await unstarted(1)).toEqual(['pending', 'pending', 'pending', 'pending']);
      await store().skipTasks('run', [task(0), task(3)], at(31));
      expect((await store().listTasks('run')).map(({ status }) => status)).toEqual(['pending', 'pending', 'pending', 'pending']);
    });

    test('has started with its next attempt', async () => {
      await resetAs(true);
      await store().planRun('run/2', PLAN, runSpec(4));
      await store().startRun('run/2', at(21));
      expect(await store().claimTask('run', inExecution(2, 0), 2, at(22))).toBe(true);

      expect((await item(0))!.started).toBe(true);
      expect((await unstarted(2))[0]).toBe('executing');
    });
  });

  describe('a reset', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 300);
      await store().startRun('run', at(1));
    });

    test('makes tasks pending, whatever they were; attempts, errors and the first start stay', async () => {
      await claimUpTo(store(), 'run', 0, 2);
      await store().failTask('run', task(0), late, at(5)); // failed
      await claimUpTo(store(), 'run', 1, 1);
      await store().completeTask('run', task(1), 1, { tokens_used: 7 }, at(5)); // completed
      await store().blockTasks('run', [task(2)], error, at(5)); // blocked, never dispatched
      await claimUpTo(store(), 'run', 3, 1); // executing
      await claimUpTo(store(), 'run', 4, 1);
      await store().releaseTask('run', task(4), 1, error, at(5)); // pending
      await reopen(store(), 'run', RETRY, 10);

      expect(await reset(0, 1, 2, 3, 4, 5)).toBe(true);

      const pending = { status: 'pending', outputs: null, completed_at: null };
      expect(await store().listTasks('run')).toEqual([
        { ...pending, ordinal: 0, attempt: 2, started: true, failures: 1, error: late, started_at: at(1) },
        { ...pending, ordinal: 1, attempt: 1, started: true, failures: 0, error: null, started_at: at(1) },
        { ...pending, ordinal: 2, attempt: 0, started: false, failures: 0, error, started_at: null },
        { ...pending, ordinal: 3, attempt: 1, started: true, failures: 0, error: null, started_at: at(1) },
        { ...pending, ordinal: 4, attempt: 1, started: true, failures: 1, error, started_at: at(1) },
        { ...pending, ordinal: 5, attempt: 0, started: false, failures: 0, error: null, started_at: null },
      ]);
      expect((await store().listProgress('run')).map(({ changed_at }) => changed_at)).toEqual(Array(6).fill(at(20)));
      expect(await store().countTasks('run')).toEqual(totals({ executed: 4, retries: 1, unfinished: 300 }));
    });

    test('takes outputs away that are large', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().completeTask('run', task(0), 1, { text: noise(200_000) }, at(2));
      await reopen(store(), 'run', RETRY, 10);

      expect(await reset(0)).toBe(true);

      expect((await item())!.outputs).toBeNull();
    });

    test('of more tasks than go into one step, some of which are large', async () => {
      const ordinals = [...Array(250).keys()];
      for (const ordinal of ordinals.slice(0, 40)) {
        await store().claimTask('run', task(ordinal), 1, at(1));
        await store().completeTask('run', task(ordinal), 1, { text: noise(95_000, ordinal) }, at(2));
      }
      await store().blockTasks('run', tasks(...ordinals.slice(40, 150)), error, at(2));
      await reopen(store(), 'run', RETRY, 10);

      expect(await reset(...ordinals)).toBe(true);

      const found = await store().listProgress('run');
      expect(found.map(({ ordinal, status }) => [ordinal, status])).toEqual(ordinals.map((ordinal) => [ordinal, 'pending']));
    });

    test('of no task tells whether it could have been', async () => {
      expect(await store().resetTasks('run', [], false, at(5))).toBe(false);
      await reopen(store(), 'run', RETRY, 10);
      expect(await store().resetTasks('run/2', [], false, at(11))).toBe(true);
      expect(await store().resetTasks('nobody', [], false, at(11))).toBe(false);
    });

    test('may be repeated', async () => {
      await store().failTask('run', task(0), error, at(5));
      await reopen(store(), 'run', RETRY, 10);

      expect(await reset(0, 1)).toBe(true);
      expect(await reset(0, 1)).toBe(true);

      expect((await store().listTasks('run')).map(({ status }) => status)).toEqual(['pending', 'pending']);
    });

    test.each([
      ['has an item', undefined],
      ['has another status', { status: 'executing', attempt: 1 }],
      ['has another attempt', { status: 'failed', attempt: 2 }],
    ] as const)('is refused where a task %s', async (_, was) => {
      await claimUpTo(store(), 'run', 0, 1);
      await store().failTask('run', task(0), error, at(5));
      await reopen(store(), 'run', RETRY, 10);
      const before = await store().listTasks('run');

      expect(await store().resetTasks('run/2', [{ task: inExecution(2), was }], false, at(20))).toBe(false);
      expect(await store().resetTasks('run/2', [{ task: inExecution(2), was: was ?? { status: 'pending', attempt: 1 }, removed: true }], false, at(20))).toBe(false); // biome-ignore format: one call

      expect(await store().listTasks('run')).toEqual(before);
    });

    test('is refused where a task has no item but should', async () => {
      await reopen(store(), 'run', RETRY, 10);
      const was = { status: 'failed', attempt: 1 } as const;

      expect(await store().resetTasks('run/2', [{ task: inExecution(2), was }], false, at(20))).toBe(false);
      expect(await store().resetTasks('run/2', [{ task: inExecution(2), was, removed: true }], false, at(20))).toBe(false);

      expect(await store().listTasks('run')).toEqual([]);
    });

    test('is refused where the run executes, is planned, was stopped, or is in another execution', async () => {
      await store().failTask('run', task(0), error, at(5));
      const resets = [await resetOf(0)];
      const refusedFor = async (...refs: readonly string[]): Promise<void> => {
        for (const ref of refs) expect(await store().resetTasks(ref, resets, false, at(20))).toBe(false);
        expect((await item())!.status).toBe('failed');
      };

      await refusedFor('run', 'run/2');
      await reopen(store(), 'run', RETRY, 10);
      await refusedFor('run', 'run/3', 'nobody');
      await store().moveRun('run/2', ['queued'], 'paused', at(11));
      await refusedFor('run/2');
      await store().reopenRun('run/2', ['paused'], RETRY, at(12));
      await store().planRun('run/3', PLAN, runSpec(300));
      await refusedFor('run/2', 'run/3');
    });

    test('removes tasks that the plan has no more', async () => {
      await claimUpTo(store(), 'run', 0, 1);
      await store().completeTask('run', task(0), 1, { tokens_used: 7 }, at(5));
      await reopen(store(), 'run', RETRY, 10);

      expect(await store().resetTasks('run/2', [await resetOf(0, true), await resetOf(1, true)], false, at(20))).toBe(true);

      expect(await store().listTasks('run')).toEqual([]);
      expect(await store().listProgress('run')).toEqual([]);
      expect(await store().countTasks('run')).toEqual(totals({ unfinished: 300 }));
    });

    test('removes tasks for good, from whatever they were: who is late with them finds them cancelled, and makes none anew', async () => {
      await claimUpTo(store(), 'run', 0, 2);
      await store().blockTasks('run', [task(1)], error, at(5));
      await reopen(store(), 'run', RETRY, 10);
      const removed = await Promise.all([0, 1, 2, 3].map((ordinal) => resetOf(ordinal, true)));
      expect(await store().resetTasks('run/2', removed, true, at(20))).toBe(true);
      const events = await store().listEvents('run', 0, 100);

      for (const ordinal of [0, 1, 2, 3]) {
        for (const attempt of [1, 2, 3]) expect(await store().claimTask('run', task(ordinal), attempt, at(21))).toBe(false);
        expect(await store().completeTask('run', task(ordinal), 2, {}, at(21))).toBe(false);
        expect(await store().releaseTask('run', task(ordinal), 2, late, at(21))).toBe(false);
        expect(await store().failTask('run', task(ordinal), late, at(21))).toMatchObject({ ordinal, status: 'cancelled', attempt: 0 });
        expect(await item(ordinal)).toMatchObject({ status: 'cancelled', attempt: 0, outputs: null, error: null });
        expect((await store().addToken('run', ordinal, 'token')).final).toBe(true);
      }
      await store().blockTasks('run', tasks(0, 1, 2, 3), late, at(21));
      await store().cancelTasks('run', tasks(0, 1, 2, 3), late, at(21));
      await store().cancelUnstarted('run', tasks(0, 1, 2, 3), late, at(21));
      await store().skipTasks('run', tasks(0, 1, 2, 3), at(21));

      expect(await store().listTasks('run')).toEqual([]);
      expect(await store().countTasks('run')).toEqual(totals({ unfinished: 300 }));
      expect(await store().listEvents('run', 0, 100)).toEqual(events);
    });

    test('removes what it has removed again, and not what has come meanwhile', async () => {
      const removed = { task: inExecution(2), was: undefined, removed: true };
      await reopen(store(), 'run', RETRY, 10);
      expect(await store().resetTasks('run/2', [removed], false, at(20))).toBe(true);
      expect(await store().resetTasks('run/2', [removed], false, at(20))).toBe(true);
      await store().failTask('run', task(1), late, at(21));

      expect(await store().resetTasks('run/2', [{ ...removed, task: inExecution(2, 1) }], false, at(22))).toBe(false);

      expect((await store().listTasks('run')).map(({ ordinal, status }) => [ordinal, status])).toEqual([[1, 'failed']]);
    });

    test('that removes tasks leaves them to be cancelled by the execution that it is for: its plan has them still until it is planned', async () => {
      await reopen(store(), 'run', RETRY, 10);
      await store().resetTasks('run/2', [await resetOf(0, true)], false, at(20));

      await store().cancelTasks('run', [inExecution(2)], error, at(21));

      expect(await store().listTasks('run')).toMatchObject([{ ordinal: 0, status: 'cancelled', error, completed_at: at(21) }]);
    });

    test('forgives failures where it is asked to', async () => {
      await claimUpTo(store(), 'run', 0, 3);
      await store().failTask('run', task(0), error, at(5));
      await store().failTask('run', task(1), error, at(5));
      await reopen(store(), 'run', RETRY, 10);
      await reset(0, 1);
      expect(await progress()).toMatchObject({ failures: 2, forgiven: 0 });

      expect(await store().resetTasks('run/2', [await resetOf(0), await resetOf(1), await resetOf(2)], true, at(21))).toBe(true);

      expect(await progress()).toMatchObject({ attempt: 3, failures: 2, forgiven: 2 });
      expect(await progress(1)).toMatchObject({ failures: 0, forgiven: 0 });
      expect(await progress(2)).toMatchObject({ failures: 0, forgiven: 0 });
      await reset(0);
      expect(await progress()).toMatchObject({ failures: 2, forgiven: 2 });
      await store().claimTask('run', inExecution(2), 4, at(22));
      await store().releaseTask('run', inExecution(2), 4, error, at(23));
      expect(await progress()).toMatchObject({ failures: 3, forgiven: 2 });
    });
  });

  describe('a task that was reset', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
      await store().startRun('run', at(1));
      await claimUpTo(store(), 'run', 0, 1);
      await reopen(store(), 'run', RETRY, 10);
      await reset(0, 1);
      await store().planRun('run/2', PLAN, runSpec(10));
      await store().startRun('run/2', at(21));
    });

    test('is run by the new execution; attempts are counted on', async () => {
      expect(await store().claimTask('run', inExecution(2, 0), 1, at(22))).toBe(false);
      expect(await store().claimTask('run', inExecution(2, 0), 2, at(22))).toBe(true);
      expect(await store().claimTask('run', inExecution(2, 1), 1, at(22))).toBe(true);
      expect(await store().completeTask('run', inExecution(2, 0), 2, { n: 2 }, at(23))).toBe(true);
      await store().failTask('run', inExecution(2, 1), error, at(23));

      expect(await item(0)).toMatchObject({ status: 'completed', attempt: 2, outputs: { n: 2 }, started_at: at(1) });
      expect(await item(1)).toMatchObject({ status: 'failed', attempt: 1, started_at: at(22) });
    });

    test('is not claimed by the execution before', async () => {
      expect(await store().claimTask('run', task(0), 2, at(22))).toBe(false);
      expect(await store().claimTask('run', inExecution(1, 0), 2, at(22))).toBe(false);
      expect(await store().claimTask('run', task(1), 1, at(22))).toBe(false);

      expect((await store().listTasks('run')).map(({ status, attempt }) => [status, attempt])).toEqual([
        ['pending', 1],
        ['pending', 0],
      ]);
    });

    test('is neither completed, released nor touched by the attempt that was under way', async () => {
      expect(await store().completeTask('run', task(0), 1, { late: true }, at(22))).toBe(false);
      expect(await store().completeTask('run', task(0), 1, {}, at(22), { tokens: 1, nanoUsd: 1 })).toBe(false);
      expect(await store().releaseTask('run', task(0), 1, late, at(22))).toBe(false);
      expect(await store().touchTask('run', task(0), 1, at(22))).toBe(false);

      expect(await item(0)).toMatchObject({ status: 'pending', attempt: 1, failures: 0, outputs: null, error: null });
      expect((await store().getRun('run'))!.tokens_used).toBe(0);
    });

    test.each(['pending', 'executing'] as const)(
      'does not fail, is not blocked or cancelled by the one before, while it is %s',
      async (status) => {
        if (status === 'executing') await store().claimTask('run', inExecution(2, 0), 2, at(22));
        const before = await store().listTasks('run');

        expect(await store().failTask('run', task(0), late, at(23))).toEqual(before[0]);
        await store().blockTasks('run', tasks(0, 1), late, at(23));
        await store().cancelTasks('run', tasks(0, 1), late, at(23));

        expect(await store().listTasks('run')).toEqual(before);
      },
    );

    test('is ended by the new execution, and by later ones', async () => {
      await store().blockTasks('run', [inExecution(2, 0)], error, at(23));
      await store().cancelTasks('run', [inExecution(3, 1)], error, at(23));

      expect((await store().listTasks('run')).map(({ status }) => status)).toEqual(['blocked', 'cancelled']);
    });

    test('may be claimed by a later execution that had no need to reset it', async () => {
      expect(await store().claimTask('run', inExecution(3, 1), 1, at(23))).toBe(true);
    });

    test('leaves others as they were, to whoever comes', async () => {
      expect(await store().claimTask('run', task(2), 1, at(22))).toBe(true);
    });
  });
}
