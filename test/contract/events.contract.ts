import { beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, places, RETRY, reopen, runSpec, task, tasks, totals, waiter } from './factories.ts';

const error = { code: 'E5202', message: 'no luck' };
const fatal = { code: 'E5205', message: 'retries used up' };
const blocked = { code: 'E5204', message: 'blocked by the failure of task-1' };
const over = { code: 'E5203', message: 'the run is over its time' };

export function describeEvents(store: () => RunStore): void {
  const all = async (): Promise<RunEvent[]> => store().listEvents('run', 0, 1000);

  describe('events', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 100);
    });

    test('every change of a status makes one', async () => {
      await store().startRun('run', at(1));
      await store().claimTask('run', task(0), 1, at(2));
      await store().completeTask('run', task(0), 1, { n: 1 }, at(3));
      await store().claimTask('run', task(1), 1, at(4));
      await store().releaseTask('run', task(1), 1, error, at(5));
      await store().claimTask('run', task(1), 2, at(6));
      await store().failTask('run', task(1), fatal, at(7));
      await store().blockTasks('run', tasks(2), blocked, at(8));
      await store().cancelTasks('run', tasks(3), over, at(8));
      await store().endRun('run', { status: 'failed', error: fatal, totals: totals(), at: at(9) });

      expect(await all()).toEqual([
        { seq: 1, run_id: 'run', at: at(0), type: 'run.queued' },
        { seq: 2, run_id: 'run', at: at(1), type: 'run.executing' },
        { seq: 3, run_id: 'run', at: at(2), type: 'task.executing', task_id: 'task-0', attempt: 1 },
        { seq: 4, run_id: 'run', at: at(3), type: 'task.completed', task_id: 'task-0', attempt: 1 },
        { seq: 5, run_id: 'run', at: at(4), type: 'task.executing', task_id: 'task-1', attempt: 1 },
        { seq: 6, run_id: 'run', at: at(5), type: 'task.pending', task_id: 'task-1', attempt: 1, error },
        { seq: 7, run_id: 'run', at: at(6), type: 'task.executing', task_id: 'task-1', attempt: 2 },
        { seq: 8, run_id: 'run', at: at(7), type: 'task.failed', task_id: 'task-1', attempt: 2, error: fatal },
        { seq: 9, run_id: 'run', at: at(8), type: 'task.blocked', task_id: 'task-2', attempt: 0, error: blocked },
        { seq: 10, run_id: 'run', at: at(8), type: 'task.cancelled', task_id: 'task-3', attempt: 0, error: over },
        { seq: 11, run_id: 'run', at: at(9), type: 'run.failed', error: fatal },
      ]);
    });

    test('a run that ends well has no error', async () => {
      await store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(1) });

      expect((await all()).at(-1)).toEqual({ seq: 2, run_id: 'run', at: at(1), type: 'run.completed' });
    });

    test('an attempt that takes over from an attempt makes one', async () => {
      await store().claimTask('run', task(0), 1, at(1));
      await store().claimTask('run', task(0), 2, at(2));

      expect((await all()).map(({ type, attempt }) => [type, attempt])).toEqual([
        ['run.queued', undefined],
        ['task.executing', 1],
        ['task.executing', 2],
      ]);
    });

    test('every move of a run makes one, and a run that is queued again has no error', async () => {
      await store().startRun('run', at(1));
      await store().moveRun('run', ['executing'], 'pausing', at(2));
      await store().moveRun('run', ['pausing'], 'paused', at(3));
      await store().reopenRun('run', ['paused'], RETRY, at(4));
      await store().startRun('run/2', at(5));
      await store().moveRun('run/2', ['executing'], 'cancelling', at(6));
      await store().endRun('run/2', { status: 'cancelled', error: over, totals: totals(), at: at(7) });
      await store().reopenRun('run/2', ['cancelled'], RETRY, at(8));

      const before = (await all()).length;
      await store().moveRun('run/3', ['executing'], 'pausing', at(9));
      await store().reopenRun('run/2', ['cancelled'], RETRY, at(9));
      await store().planRun('run/3', { plan_id: 'plan', goal_id: null, machine: 'machine' }, runSpec(100));
      await store().getControl('run');

      expect((await all()).slice(before)).toEqual([]);
      expect((await all()).map(({ seq, run_id, ...event }) => event)).toEqual([
        { at: at(0), type: 'run.queued' },
        { at: at(1), type: 'run.executing' },
        { at: at(2), type: 'run.pausing' },
        { at: at(3), type: 'run.paused' },
        { at: at(4), type: 'run.queued' },
        { at: at(5), type: 'run.executing' },
        { at: at(6), type: 'run.cancelling' },
        { at: at(7), type: 'run.cancelled', error: over },
        { at: at(8), type: 'run.queued' },
      ]);
    });

    test('a task that is reset is pending, without its error; one that was not touched makes none', async () => {
      await store().startRun('run', at(1));
      await store().claimTask('run', task(0), 1, at(2));
      await store().failTask('run', task(0), fatal, at(3));
      await store().claimTask('run', task(1), 1, at(2)); // executing
      await store().claimTask('run', task(2), 1, at(2));
      await store().releaseTask('run', task(2), 1, error, at(3)); // pending
      await store().blockTasks('run', [task(3)], blocked, at(3));
      await store().failTask('run', task(5), fatal, at(3)); // is to be removed
      await reopen(store(), 'run', RETRY, 4);
      const before = (await all()).length;

      const was = new Map((await store().listTasks('run')).map((item) => [item.ordinal, item]));
      const resets = [0, 1, 2, 3, 4, 5].map((ordinal) => ({ task: task(ordinal), was: was.get(ordinal), removed: ordinal === 5 }));
      await store().resetTasks('run/2', resets, true, at(5));
      await store().claimTask('run', { ...task(0), execution: 2 }, 2, at(6));
      await store().touchTask('run', { ...task(0), execution: 2 }, 2, at(7));
      await store().releaseTask('run', { ...task(0), execution: 2 }, 2, error, at(8));

      const events = (await all()).slice(before).map(({ seq, run_id, ...event }) => event);
      expect(events.sort((a, b) => (a.at === b.at ? a.task_id!.localeCompare(b.task_id!) : a.at.localeCompare(b.at)))).toEqual([
        { at: at(5), type: 'task.pending', task_id: 'task-0', attempt: 1 },
        { at: at(5), type: 'task.pending', task_id: 'task-1', attempt: 1 },
        { at: at(5), type: 'task.pending', task_id: 'task-3', attempt: 0 },
        { at: at(6), type: 'task.executing', task_id: 'task-0', attempt: 2 },
        { at: at(8), type: 'task.pending', task_id: 'task-0', attempt: 2, error },
      ]);
    });

    test('what is refused or changes no status makes none', async () => {
      await store().startRun('run', at(1));
      await store().claimTask('run', task(0), 1, at(2));
      await store().completeTask('run', task(0), 1, {}, at(3));
      const before = await all();

      await store().startRun('run', at(4));
      await store().claimTask('run', task(0), 1, at(4));
      await store().claimTask('run', task(0), 2, at(4));
      await store().completeTask('run', task(0), 1, {}, at(4));
      await store().releaseTask('run', task(0), 1, error, at(4));
      await store().failTask('run', task(0), fatal, at(4));
      await store().blockTasks('run', tasks(0), blocked, at(4));
      await store().addToken('run', 1, 'token');
      await store().addArrival('run', 1, 0);
      await store().takePlaces('run', 1, places(1));
      await store().putWaiting('run', waiter(2, 2), places(9));
      await store().deleteWaiting('run', 2);

      expect(await all()).toEqual(before);
    });

    test('seq rises without gaps under calls at once, each change once', async () => {
      await Promise.all(
        Array.from({ length: 40 }, async (_, ordinal) => {
          await Promise.all([store().claimTask('run', task(ordinal), 1, at(1)), store().claimTask('run', task(ordinal), 1, at(1))]);
          await Promise.all([
            store().completeTask('run', task(ordinal), 1, {}, at(2)),
            store().completeTask('run', task(ordinal), 1, {}, at(2)),
          ]);
        }),
      );

      const events = await all();

      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 81 }, (_, n) => n + 1));
      for (let ordinal = 0; ordinal < 40; ordinal++) {
        const ofTask = events.filter(({ task_id }) => task_id === `task-${ordinal}`);
        expect(ofTask.map(({ type }) => type)).toEqual(['task.executing', 'task.completed']);
      }
    });

    test('are read in pages', async () => {
      for (let ordinal = 0; ordinal < 30; ordinal++) await store().claimTask('run', task(ordinal), 1, at(ordinal));
      await store().blockTasks('run', tasks(...Array(100).keys()), blocked, at(60));
      const events = await all();
      expect(events).toHaveLength(131);

      for (const limit of [1, 7, 100]) {
        const read: RunEvent[] = [];
        for (;;) {
          const page = await store().listEvents('run', read.at(-1)?.seq ?? 0, limit);
          expect(page.length).toBeLessThanOrEqual(limit);
          if (page.length === 0) break;
          read.push(...page);
        }
        expect(read).toEqual(events);
      }
    });

    test.each([
      [0, 2, [1, 2]],
      [1, 1, [2]],
      [2, 10, [3]],
      [3, 10, []],
      [1000, 10, []],
      [0, 0, []],
    ])('after %i at most %i: %j', async (after, limit, expected) => {
      await store().startRun('run', at(1));
      await store().claimTask('run', task(0), 1, at(2));

      expect((await store().listEvents('run', after, limit)).map(({ seq }) => seq)).toEqual(expected);
    });

    test('runs count for themselves', async () => {
      await createRun(store(), 'another run');
      await store().startRun('another run', at(1));
      await store().startRun('run', at(2));

      expect((await all()).map(({ seq, type }) => [seq, type])).toEqual([
        [1, 'run.queued'],
        [2, 'run.executing'],
      ]);
    });

    test('task ids and errors are kept as they are', async () => {
      const id = ' "漢字" 🚀\n#:';
      const message = ' \u0000 "quoted" 🚀\n';
      await store().failTask('run', { ordinal: 0, id }, { code: 'E5202', message }, at(1));

      expect((await all()).at(-1)).toEqual({
        seq: 2,
        run_id: 'run',
        at: at(1),
        type: 'task.failed',
        task_id: id,
        attempt: 0,
        error: { code: 'E5202', message },
      });
    });
  });
}
