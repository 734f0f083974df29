import { describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { AWKWARD_VALUES, at, createRun, newRun, noise, places, runSpec, totals, waiter } from './factories.ts';

const error = { code: 'E5204', message: '1 of 10 tasks failed' };

export function describeRuns(store: () => RunStore): void {
  describe('runs', () => {
    test('a new run is queued and reads back', async () => {
      const created = await store().createRun(newRun('run', { goal_id: 'goal', context: { day: 'Monday' } }), runSpec(3));

      expect(created).toEqual({ run_id: 'run', created: true });
      expect(await store().getRun('run')).toEqual({
        run_id: 'run',
        plan_id: 'plan',
        goal_id: 'goal',
        status: 'queued',
        execution: 1,
        task_count: 3,
        tokens_used: 0,
        cost_usd: 0,
        totals: null,
        context: { day: 'Monday' },
        created_at: at(0),
        started_at: null,
        completed_at: null,
        error: null,
      });
    });

    test.each(['', 'a b', 'RUN#1', "'; --", '漢字🚀', '%', '\\'])('plan and goal may be %j', async (text) => {
      await store().createRun(newRun('run', { plan_id: text, goal_id: text }), runSpec(1));

      expect(await store().getRun('run')).toMatchObject({ plan_id: text, goal_id: text });
    });

    test.each(['a b', 'RUN#1', 'run#TASK#000001', "'; --", '漢字🚀', '%', '__proto__'])('a run may be called %j', async (runId) => {
      await createRun(store(), runId);
      await store().claimTask(runId, { ordinal: 0, id: 'first' }, 1, at(1));

      expect((await store().getRun(runId))?.run_id).toBe(runId);
      expect(await store().listTasks(runId)).toHaveLength(1);
    });

    test.each(Object.entries(AWKWARD_VALUES))('the context may hold %s', async (_, context) => {
      await store().createRun(newRun('run', { context }), runSpec(1));

      expect((await store().getRun('run'))!.context).toEqual(context);
    });

    test.each([3_000, 5_000, 500_000])('a context of %i characters comes back in each way of reading', async (length) => {
      const context = { text: noise(length) };
      await store().createRun(newRun('run', { context }), runSpec(1));

      const { run } = await store().readTasks('run', [0]);

      expect(run!.context).toEqual(context);
      expect((await store().getRun('run'))!.context).toEqual(context);
      expect((await store().listRuns(1))[0]!.context).toEqual(context);
    });

    test.each([
      [1, 0],
      [10, 5_000],
      [20, 60_000],
    ])('the spec of %i tasks with %i characters each comes back', async (taskCount, length) => {
      const spec = runSpec(taskCount, noise(length));
      await store().createRun(newRun('run'), spec);

      expect(await store().getSpec('run')).toEqual(spec);
    });

    test('a spec of more than a megabyte that does not compress comes back', async () => {
      const spec = { ...runSpec(0), tasks: runSpec(12).tasks.map((record, i) => ({ ...record, content: noise(120_000, i) })) };
      await store().createRun(newRun('run'), spec);

      expect(await store().getSpec('run')).toEqual(spec);
    });

    test('a second run of the same id is refused and changes nothing', async () => {
      await store().createRun(newRun('run', { plan_id: 'first', context: { n: 1 } }), runSpec(1));

      await expect(store().createRun(newRun('run', { plan_id: 'second', context: { n: 2 } }), runSpec(2))).rejects.toThrow();

      expect(await store().getRun('run')).toMatchObject({ plan_id: 'first', context: { n: 1 }, task_count: 1 });
      expect(await store().getSpec('run')).toEqual(runSpec(1));
      expect(await store().listRuns(10)).toHaveLength(1);
    });

    test('of several that make the same run at once one succeeds', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 5 }, (_, n) => store().createRun(newRun('run', { plan_id: `plan-${n}` }), runSpec(n + 1))),
      );

      const winner = results.findIndex((result) => result.status === 'fulfilled');
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      expect(await store().getRun('run')).toMatchObject({ plan_id: `plan-${winner}`, task_count: winner + 1 });
      expect(await store().getSpec('run')).toEqual(runSpec(winner + 1));
    });

    test('starts a queued run once', async () => {
      await createRun(store(), 'run');

      expect(await store().startRun('run', at(1))).toBe(true);
      expect(await store().startRun('run', at(2))).toBe(false);

      expect(await store().getRun('run')).toMatchObject({ status: 'executing', started_at: at(1) });
    });

    test('of several that start a run at once one succeeds', async () => {
      await createRun(store(), 'run');

      const started = await Promise.all(Array.from({ length: 5 }, (_, n) => store().startRun('run', at(n))));

      expect(started.filter(Boolean)).toHaveLength(1);
      expect((await store().getRun('run'))!.started_at).toBe(at(started.indexOf(true)));
    });

    test.each(['completed', 'failed', 'cancelled'] as const)('a run that is %s neither starts nor ends again', async (status) => {
      await createRun(store(), 'run');
      await store().startRun('run', at(1));

      expect(
        await store().endRun('run', { status, error: status === 'failed' ? error : null, totals: totals({ tokens: 7 }), at: at(2) }),
      ).toBe(true);
      expect(await store().endRun('run', { status: 'cancelled', error: null, totals: totals({ tokens: 9 }), at: at(3) })).toBe(false);
      expect(await store().startRun('run', at(4))).toBe(false);

      expect(await store().getRun('run')).toMatchObject({
        status,
        started_at: at(1),
        completed_at: at(2),
        tokens_used: 7,
        totals: totals({ tokens: 7 }),
        error: status === 'failed' ? error : null,
      });
    });

    test('a run may end before it started', async () => {
      await createRun(store(), 'run');

      expect(await store().endRun('run', { status: 'cancelled', error: null, totals: totals(), at: at(1) })).toBe(true);

      expect(await store().getRun('run')).toMatchObject({ status: 'cancelled', started_at: null, completed_at: at(1) });
    });

    test('of several that end a run at once one succeeds', async () => {
      await createRun(store(), 'run');

      const ended = await Promise.all(
        Array.from({ length: 5 }, (_, n) => store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(n) })),
      );

      expect(ended.filter(Boolean)).toHaveLength(1);
      expect((await store().getRun('run'))!.completed_at).toBe(at(ended.indexOf(true)));
    });

    test('lists the newest runs first', async () => {
      for (const second of [1, 2, 3]) await store().createRun(newRun(`run-${second}`, { created_at: at(second) }), runSpec(1));
      await store().startRun('run-2', at(9));

      const runs = await store().listRuns(10);

      expect(runs.map((run) => [run.run_id, run.status])).toEqual([
        ['run-3', 'queued'],
        ['run-2', 'executing'],
        ['run-1', 'queued'],
      ]);
      expect(runs[0]).toEqual(await store().getRun('run-3'));
    });

    test.each([
      [0, []],
      [1, ['run-3']],
      [2, ['run-3', 'run-2']],
    ])('lists no more than %i', async (limit, expected) => {
      for (const second of [1, 2, 3]) await store().createRun(newRun(`run-${second}`, { created_at: at(second) }), runSpec(1));

      expect((await store().listRuns(limit)).map((run) => run.run_id)).toEqual(expected);
    });

    test('lists more runs than a page', async () => {
      for (let n = 0; n < 120; n++) await store().createRun(newRun(`run-${n}`, { created_at: at(n) }), runSpec(1));

      expect((await store().listRuns(115)).map((run) => run.run_id)).toEqual(Array.from({ length: 115 }, (_, n) => `run-${119 - n}`));
    });

    test('lists on from any place, also one that is not a run', async () => {
      for (const second of [1, 2, 3, 3]) {
        await store().createRun(newRun(`run-${second}-${(await store().listRuns(9)).length}`, { created_at: at(second) }), runSpec(1));
      }
      const idsAfter = async (run_id: string, second: number): Promise<string[]> =>
        (await store().listRuns(9, { run_id, created_at: at(second) })).map((run) => run.run_id);

      expect(await idsAfter('run-3-3', 3)).toEqual(['run-3-2', 'run-2-1', 'run-1-0']);
      expect(await idsAfter('run-3-2', 3)).toEqual(['run-2-1', 'run-1-0']);
      expect(await idsAfter('gone', 2)).toEqual(['run-1-0']);
      expect(await idsAfter('run-1-0', 1)).toEqual([]);
      expect((await store().listRuns(1, { run_id: 'run-3-3', created_at: at(3) })).map((run) => run.run_id)).toEqual(['run-3-2']);
    });

    test('of a run that is not there nothing is found and nothing changes', async () => {
      await createRun(store(), 'another run');

      expect(await store().getRun('run')).toBeUndefined();
      expect(await store().getSpec('run')).toBeUndefined();
      expect(await store().readTasks('run', [0, 1])).toEqual({ run: undefined, tasks: new Map() });
      expect(await store().listTasks('run')).toEqual([]);
      expect(await store().countTasks('run')).toEqual(totals());
      expect(await store().startRun('run', at(1))).toBe(false);
      expect(await store().endRun('run', { status: 'failed', error, totals: totals({ failed: 1 }), at: at(1) })).toBe(false);
      expect(await store().completeTask('run', { ordinal: 0, id: 'task' }, 1, {}, at(1))).toBe(false);
      expect(await store().releaseTask('run', { ordinal: 0, id: 'task' }, 1, error, at(1))).toBe(false);
      expect(await store().listTokens('run', 0)).toEqual([]);
      expect(await store().listHolders('run', places(9))).toEqual([]);
      expect(await store().isWaiting('run', 0)).toBe(false);
      expect(await store().takeForBest('run', [places(9)])).toBeUndefined();
      expect(await store().listEvents('run', 0, 10)).toEqual([]);
      await store().deleteWaiting('run', 0);
      await store().freePlaces('run', 0, places(9));

      expect((await store().listRuns(10)).map((run) => run.run_id)).toEqual(['another run']);
      expect((await store().getStatistics()).plans_executed).toBe(0);
    });

    test('runs do not see each other', async () => {
      for (const runId of ['run', 'run#TASK', 'run2']) await createRun(store(), runId);
      await store().claimTask('run', { ordinal: 1, id: 'one' }, 1, at(1));
      await store().addToken('run', 1, 'token');
      await store().takePlaces('run', 1, places(1));
      await store().putWaiting('run', waiter(2, 0), places(9));

      for (const runId of ['run#TASK', 'run2']) {
        expect(await store().listTasks(runId)).toEqual([]);
        expect(await store().listTokens(runId, 1)).toEqual([]);
        expect(await store().listHolders(runId, places(9))).toEqual([]);
        expect(await store().takeForBest(runId, [places(9)])).toBeUndefined();
        expect((await store().listEvents(runId, 0, 10)).map((event) => event.type)).toEqual(['run.queued']);
      }
    });

    test('an id that is too long is not found', async () => {
      expect(await store().getRun('x'.repeat(10_000))).toBeUndefined();
      expect(await store().listTasks('x'.repeat(10_000))).toEqual([]);
      expect(await store().listEvents('x'.repeat(10_000), 0, 10)).toEqual([]);
    });
  });
}
