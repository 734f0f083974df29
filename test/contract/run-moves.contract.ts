import { beforeEach, describe, expect, test } from 'vitest';
import { FINAL_RUN_STATUSES, type RunStatus } from '../../lib/model/run.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { RunControl, RunOrder } from '../../lib/runtime/ports/runs.ts';
import { at, createRun, newRun, RESUME, RETRY, reopen, runSpec, task, totals } from './factories.ts';

const error = { code: 'E5200', message: 'interrupted' };

/** Stops, and what comes after them. */
export function describeRunMoves(store: () => RunStore): void {
  const end = (ref: string, second: number, status: RunStatus = 'failed', parts = {}): Promise<boolean> =>
    store().endRun(ref, { status, error: status === 'failed' ? error : null, totals: totals(parts), at: at(second) });
  const status = async (): Promise<string> => (await store().getRun('run'))!.status;
  const timedFrom = async (): Promise<string | null> => (await store().readTasks('run', [])).run!.timed_from;

  describe('moves', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test.each(['pausing', 'paused', 'cancelling'] as const)('a run becomes %s from the statuses that are given', async (to) => {
      await store().startRun('run', at(1));

      expect(await store().moveRun('run', ['queued', 'executing'], to, at(2))).toBe(true);
      expect(await store().moveRun('run', ['queued', 'executing'], to, at(3))).toBe(false);

      expect(await store().getControl('run')).toMatchObject({ status: to, changed_at: at(2), execution: 1 });
      expect(await store().getRun('run')).toMatchObject({ status: to, started_at: at(1), completed_at: null, error: null });
    });

    test('none from others, of another execution, or of a run that is not there', async () => {
      expect(await store().moveRun('run', ['executing'], 'pausing', at(1))).toBe(false);
      expect(await store().moveRun('run', [], 'pausing', at(1))).toBe(false);
      expect(await store().moveRun('run/2', ['queued'], 'paused', at(1))).toBe(false);
      expect(await store().moveRun('nobody', ['queued'], 'paused', at(1))).toBe(false);

      expect(await store().getControl('run')).toMatchObject({ status: 'queued', changed_at: at(0) });
      expect(await store().getRun('nobody')).toBeUndefined();
    });

    test('of several at once one succeeds', async () => {
      await store().startRun('run', at(1));

      const moved = await Promise.all(
        Array.from({ length: 6 }, (_, n) => store().moveRun('run', ['executing'], n % 2 === 0 ? 'pausing' : 'cancelling', at(n))),
      );

      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await status()).toBe(moved.indexOf(true) % 2 === 0 ? 'pausing' : 'cancelling');
    });

    test('a run that is paused before it began is not started', async () => {
      await store().moveRun('run', ['queued'], 'paused', at(1));

      expect(await store().startRun('run', at(2))).toBe(false);
      expect(await status()).toBe('paused');
    });

    test.each(['pausing', 'paused', 'cancelling'] as const)('a run that is %s may end', async (to) => {
      await store().moveRun('run', ['queued'], to, at(1));

      expect(await end('run', 2, 'cancelled')).toBe(true);
      expect(await store().moveRun('run', FINAL_RUN_STATUSES, 'paused', at(3))).toBe(true); // what makes sense the caller knows
    });

    test.each(['pausing', 'paused', 'cancelling', 'failed'] as const)(
      'nothing is claimed in a run that is %s, but for a lag',
      async (to) => {
        await store().startRun('run', at(1));
        await store().claimTask('run', task(1), 1, at(1));
        if (to === 'failed') await end('run', 2);
        else await store().moveRun('run', ['executing'], to, at(2));

        const claimed = [await store().claimTask('run', task(0), 1, at(3)), await store().claimTask('run', task(1), 2, at(3))];

        expect(claimed).toEqual(store().claimLagSec === 0 ? [false, false] : [true, true]);
      },
    );
  });

  describe('the control of a run', () => {
    const control: RunControl = {
      run_id: 'run',
      status: 'queued',
      execution: 1,
      task_count: 3,
      error: null,
      totals: null,
      order: { mode: 'start', folder: 'first', plan_folder: 'first' },
      planned: 1,
      machine: 'machine',
      changed_at: at(0),
    };

    test('tells how it was made', async () => {
      await store().createRun(newRun('run', { folder: 'first', machine: 'machine' }), runSpec(3));

      expect(await store().getControl('run')).toEqual(control);
    });

    test('without folder, machine and spec', async () => {
      await store().createRun(newRun('run'));

      const order: RunOrder = { mode: 'start', folder: '', plan_folder: '' };
      expect(await store().getControl('run')).toEqual({ ...control, order, planned: 0, machine: null, task_count: 0 });
    });

    test('tells how it goes on', async () => {
      await store().createRun(newRun('run', { folder: 'first', machine: 'machine' }), runSpec(3));
      await store().startRun('run', at(1));
      await end('run', 2, 'failed', { failed: 3 });

      expect(await store().getControl('run')).toEqual({
        ...control,
        status: 'failed',
        error,
        totals: totals({ failed: 3 }),
        changed_at: at(2),
      });

      const order: RunOrder = { mode: 'retry', folder: 'second', plan_folder: 'first', max_retries: 0 };
      await store().reopenRun('run', ['failed'], order, at(3));
      const reopened = { ...control, execution: 2, order, changed_at: at(3) };
      expect(await store().getControl('run')).toEqual(reopened);

      await store().planRun('run/2', { plan_id: 'plan', goal_id: null, machine: 'other' }, runSpec(4));
      expect(await store().getControl('run')).toEqual({ ...reopened, planned: 2, machine: 'other', task_count: 4 });
    });

    test('is not found where there is no run', async () => {
      expect(await store().getControl('nobody')).toBeUndefined();
      expect(await store().getControl('x'.repeat(10_000))).toBeUndefined();
    });
  });

  describe('the next execution', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
      await store().startRun('run', at(1));
    });

    test('is queued as if the run had not ended', async () => {
      await end('run', 2, 'failed', { failed: 1, tokens: 5 });

      expect(await store().reopenRun('run', ['failed'], RETRY, at(3))).toBe(true);

      expect(await store().getRun('run')).toMatchObject({
        status: 'queued',
        execution: 2,
        started_at: at(1),
        completed_at: null,
        totals: null,
        error: null,
        tokens_used: 5,
      });
      expect((await store().readTasks('run', [])).run).toMatchObject({ status: 'queued', execution: 2 });
      expect((await store().listRuns(1))[0]).toEqual(await store().getRun('run'));
    });

    test('is queued from the statuses that are given, once', async () => {
      expect(await store().reopenRun('run', ['paused', 'failed'], RESUME, at(2))).toBe(false);
      await store().moveRun('run', ['executing'], 'paused', at(2));
      expect(await store().reopenRun('run/2', ['paused'], RESUME, at(2))).toBe(false);
      expect(await store().reopenRun('nobody', ['paused'], RESUME, at(2))).toBe(false);
      expect(await store().reopenRun('run', [], RESUME, at(2))).toBe(false);

      const reopened = await Promise.all(Array.from({ length: 5 }, (_, n) => store().reopenRun('run', ['paused'], RESUME, at(n))));

      expect(reopened.filter(Boolean)).toHaveLength(1);
      expect(await store().getControl('run')).toMatchObject({ execution: 2, order: RESUME, changed_at: at(reopened.indexOf(true)) });
    });

    test('starts, moves and ends by its own name only', async () => {
      await reopen(store(), 'run', RESUME, 2);

      expect(await store().startRun('run', at(3))).toBe(false);
      expect(await store().startRun('run/3', at(3))).toBe(false);
      expect(await store().moveRun('run', ['queued'], 'paused', at(3))).toBe(false);
      expect(await end('run', 3)).toBe(false);
      expect(await status()).toBe('queued');

      expect(await store().startRun('run/2', at(4))).toBe(true);
      expect(await end('run', 5)).toBe(false);
      expect(await store().moveRun('run', ['executing'], 'pausing', at(5))).toBe(false);
      expect(await store().reopenRun('run', ['executing'], RESUME, at(5))).toBe(false);
      expect(await store().getRun('run')).toMatchObject({ status: 'executing', execution: 2, started_at: at(1) });
      expect(await end('run/2', 6, 'completed')).toBe(true);
      expect(await status()).toBe('completed');
    });

    test('has its own spec, and the run that of the latest that was planned', async () => {
      const plan = { plan_id: 'changed', goal_id: 'new', machine: 'machine' };
      expect(await store().getSpec('run')).toEqual(runSpec(10));
      expect(await store().getSpec('run/2')).toBeUndefined();
      await reopen(store(), 'run', RETRY, 2);
      expect(await store().getSpec('run')).toEqual(runSpec(10));
      expect(await store().getSpec('run/2')).toBeUndefined();

      expect(await store().planRun('run', plan, runSpec(5))).toBe(false);
      expect(await store().planRun('run/3', plan, runSpec(5))).toBe(false);
      expect(await store().planRun('run/2', plan, runSpec(5))).toBe(true);
      expect(await store().planRun('run/2', plan, runSpec(6))).toBe(false);

      expect(await store().getSpec('run')).toBeUndefined();
      expect(await store().getSpec('run/2')).toEqual(runSpec(5));
      expect(await store().getSpec('run/3')).toBeUndefined();
      expect(await store().getRun('run')).toMatchObject({ plan_id: 'changed', goal_id: 'new', task_count: 5, status: 'queued' });
    });

    test.each([10, 500_000])('keeps the context, or gets another of %i characters', async (length) => {
      const plan = { plan_id: 'plan', goal_id: null, machine: 'machine' };
      const context = { text: 'x'.repeat(length) };
      await reopen(store(), 'run', RETRY, 2);
      await store().planRun('run/2', { ...plan, context }, runSpec(1));
      expect((await store().getRun('run'))!.context).toEqual(context);

      await reopen(store(), 'run/2', RETRY, 3);
      await store().planRun('run/3', plan, runSpec(1));
      expect((await store().getRun('run'))!.context).toEqual(context);
      expect((await store().readTasks('run', [])).run!.context).toEqual(context);

      await reopen(store(), 'run/3', RETRY, 4);
      await store().planRun('run/4', { ...plan, context: { text: 'y'.repeat(length) } }, runSpec(1));
      expect((await store().getRun('run'))!.context).toEqual({ text: 'y'.repeat(length) });
    });

    test('does not count tasks that its plan has no more', async () => {
      await reopen(store(), 'run', RETRY, 2);
      const spec = runSpec(5);

      await store().planRun(
        'run/2',
        { plan_id: 'plan', goal_id: null, machine: 'machine' },
        { ...spec, tasks: spec.tasks.map((each) => (each.ordinal > 2 ? { ...each, removed: true as const } : each)) },
      );

      expect((await store().getRun('run'))!.task_count).toBe(3);
      expect((await store().countTasks('run')).unfinished).toBe(3);
    });
  });

  describe('the time of a run', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test('begins when it starts', async () => {
      expect(await timedFrom()).toBeNull();

      await store().startRun('run', at(10));

      expect(await timedFrom()).toBe(at(10));
    });

    test('stands still while it is paused', async () => {
      await store().startRun('run', at(10));
      await store().moveRun('run', ['executing'], 'pausing', at(12));
      await store().moveRun('run', ['pausing'], 'paused', at(14));
      expect(await timedFrom()).toBe(at(10));
      await store().reopenRun('run', ['paused'], RESUME, at(30));

      await store().startRun('run/2', at(34));

      expect(await timedFrom()).toBe(at(30)); // 4 seconds were taken
      await store().moveRun('run/2', ['executing'], 'paused', at(35));
      await store().reopenRun('run/2', ['paused'], RESUME, at(35));
      await store().startRun('run/3', at(55));
      expect(await timedFrom()).toBe(at(50)); // and one more
    });

    test('stands still between its end and what comes after', async () => {
      await store().startRun('run', at(10));
      await end('run', 13);
      await store().reopenRun('run', ['failed'], RESUME, at(20));

      await store().startRun('run/2', at(25));

      expect(await timedFrom()).toBe(at(22));
    });

    test('begins anew where it is retried', async () => {
      await store().startRun('run', at(10));
      await end('run', 13);
      await store().reopenRun('run', ['failed'], RETRY, at(20));

      await store().startRun('run/2', at(25));

      expect(await timedFrom()).toBe(at(25));
    });

    test('begins late in a run that was paused before it began', async () => {
      await store().moveRun('run', ['queued'], 'paused', at(5));
      await store().reopenRun('run', ['paused'], RESUME, at(10));

      await store().startRun('run/2', at(11));

      expect(await timedFrom()).toBe(at(11));
      expect((await store().getRun('run'))!.started_at).toBe(at(11));
    });
  });
}
