import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_ORDINALS, type RunSpec } from '../../lib/model/task-record.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { Expansion } from '../../lib/runtime/ports/tasks.ts';
import { at, createRun, newRun, RESUME, reopen, runSpec, totals } from './factories.ts';

const PLAN = { plan_id: 'plan', goal_id: null, machine: 'machine' };

/** What foreach tasks come to. */
export function describeExpansions(store: () => RunStore): void {
  const expand = (task: number, count: number, size: number, ref = 'run'): Promise<Expansion | undefined> =>
    store().addExpansion(ref, { task, count, size });
  const taskCount = async (): Promise<number> => (await store().getRun('run'))!.task_count;
  const start = async (spec: RunSpec): Promise<void> => {
    await store().createRun(newRun('run'), spec);
    await store().startRun('run', at(1));
  };
  /** Queues, plans and starts an execution. */
  const goOn = async (execution: number, spec: RunSpec): Promise<void> => {
    await reopen(store(), execution === 2 ? 'run' : `run/${execution - 1}`, RESUME, 2);
    expect(await store().planRun(`run/${execution}`, PLAN, spec)).toBe(true);
    await store().startRun(`run/${execution}`, at(3));
  };

  describe('expansions', () => {
    beforeEach(async () => {
      await start(runSpec(10));
    });

    test('get the ordinals that follow those of the plan, and of each other', async () => {
      const first = { task: 7, execution: 1, first: 10, count: 5, size: 3 };
      const second = { task: 2, execution: 1, first: 25, count: 4, size: 1 };

      expect(await expand(7, 5, 3)).toEqual(first);
      expect(await expand(2, 4, 1)).toEqual(second);

      expect(await store().listExpansions('run')).toEqual([first, second]);
    });

    test('are so many tasks more of the run', async () => {
      await expand(7, 5, 3);

      expect(await taskCount()).toBe(25);
      expect(await store().getControl('run')).toMatchObject({ task_count: 25 });
      expect(await store().countTasks('run')).toEqual(totals({ unfinished: 25 }));
    });

    test('make no event', async () => {
      const before = await store().listEvents('run', 0, 10);

      await expand(7, 5, 3);

      expect(await store().listEvents('run', 0, 10)).toEqual(before);
      expect(before).toHaveLength(2);
    });

    test('given again are those that were there first, whatever they come to now', async () => {
      const first = await expand(7, 5, 3);

      expect(await expand(7, 5, 3)).toEqual(first);
      expect(await expand(7, 9, 4)).toEqual(first);

      expect(await taskCount()).toBe(25);
      expect(await store().listExpansions('run')).toEqual([first]);
      expect(await expand(8, 1, 1)).toMatchObject({ first: 25 });
    });

    test('of many at once get ranges without overlaps and gaps, each once', async () => {
      const sizes = Array.from({ length: 12 }, (_, n) => ({ task: n, count: n + 1, size: (n % 3) + 1 }));

      const given = await Promise.all([...sizes, ...sizes].map(({ task, count, size }) => expand(task, count, size)));

      expect(given.slice(12)).toEqual(given.slice(0, 12));
      const listed = await store().listExpansions('run');
      expect(listed).toHaveLength(12);
      expect([...listed].sort((a, b) => a.task - b.task)).toEqual(given.slice(0, 12));
      let next = 10;
      for (const { first, count, size } of listed) {
        expect(first).toBe(next);
        next += count * size;
      }
      expect(await taskCount()).toBe(next);
    });

    test('may come to nothing', async () => {
      const nothing = { task: 7, execution: 1, first: 10, count: 0, size: 3 };
      expect(await expand(7, 0, 3)).toEqual(nothing);
      expect(await expand(7, 2, 3)).toEqual(nothing);
      expect(await expand(8, 2, 3)).toMatchObject({ first: 10 });

      expect(await taskCount()).toBe(16);
      expect(await store().listExpansions('run')).toHaveLength(2);
    });

    test('fill a run, not more', async () => {
      expect(await expand(7, MAX_ORDINALS - 10 - 5, 1)).toMatchObject({ first: 10 });
      expect(await expand(8, 3, 2)).toBeUndefined();
      const last = { task: 9, execution: 1, first: MAX_ORDINALS - 5, count: 5, size: 1 };
      expect(await expand(9, 5, 1)).toEqual(last);
      expect(await expand(8, 1, 1)).toBeUndefined();

      expect(await expand(9, 5, 1)).toEqual(last);
      expect(await expand(6, 0, 1)).toMatchObject({ first: MAX_ORDINALS });
      expect(await taskCount()).toBe(MAX_ORDINALS);
      expect((await store().listExpansions('run')).map(({ task }) => task)).toEqual([7, 9, 6]);
    });

    test('are of their run', async () => {
      await createRun(store(), 'another run', 3);
      await store().startRun('another run', at(1));

      await expand(7, 5, 3);

      expect(await store().listExpansions('another run')).toEqual([]);
      expect(await expand(7, 1, 1, 'another run')).toMatchObject({ first: 3 });
      expect(await store().listExpansions('run')).toHaveLength(1);
    });

    test.each(['pausing', 'paused', 'cancelling', 'failed'] as const)('are given to no run that is %s, but found again', async (status) => {
      const first = await expand(7, 5, 3);
      if (status === 'failed') await store().endRun('run', { status, error: null, totals: totals(), at: at(2) });
      else await store().moveRun('run', ['executing'], status, at(2));

      expect(await expand(8, 1, 1)).toBeUndefined();
      expect(await expand(7, 5, 3)).toEqual(first);

      expect(await taskCount()).toBe(25);
      expect(await store().listExpansions('run')).toEqual([first]);
    });

    test('are given to no run that is queued, or not there', async () => {
      await createRun(store(), 'queued', 3);

      expect(await expand(0, 1, 1, 'queued')).toBeUndefined();
      expect(await expand(0, 1, 1, 'nobody')).toBeUndefined();

      expect(await store().listExpansions('queued')).toEqual([]);
      expect(await store().listExpansions('nobody')).toEqual([]);
      expect(await store().getRun('queued')).toMatchObject({ task_count: 3 });
    });

    test('follow those of earlier executions, and replace none of them', async () => {
      const first = await expand(7, 5, 3);
      await goOn(2, runSpec(25));

      const again = { task: 7, execution: 2, first: 25, count: 6, size: 3 };
      expect(await expand(7, 6, 3, 'run/2')).toEqual(again);
      expect(await expand(7, 5, 3, 'run/2')).toEqual(again);

      expect(await store().listExpansions('run')).toEqual([first, again]);
      expect(await taskCount()).toBe(43);
    });

    test('are given to no earlier execution, and to none that is yet to come', async () => {
      const first = await expand(7, 5, 3);
      expect(await expand(8, 1, 1, 'run/2')).toBeUndefined();
      await goOn(2, runSpec(25));

      expect(await expand(8, 1, 1)).toBeUndefined();
      expect(await expand(7, 5, 3)).toEqual(first);

      expect(await store().listExpansions('run')).toEqual([first]);
      expect(await taskCount()).toBe(25);
    });

    test('in a later execution follow whatever is longer, its plan or what the run had', async () => {
      await expand(7, 5, 3);
      await goOn(2, runSpec(12));
      expect(await taskCount()).toBe(12);
      expect(await expand(1, 1, 1, 'run/2')).toMatchObject({ first: 25 });
      await goOn(3, runSpec(40));

      expect(await expand(1, 1, 1, 'run/3')).toMatchObject({ first: 40 });
      expect(await taskCount()).toBe(41);
    });

    test('are not lost to a plan for an execution that is yet to come', async () => {
      expect(await store().planRun('run/2', PLAN, runSpec(12))).toBe(false);

      expect(await expand(7, 5, 3)).toMatchObject({ first: 10 });
    });
  });

  describe('expansions of a plan', () => {
    const shortened: RunSpec = {
      ...runSpec(10),
      tasks: runSpec(10).tasks.map((task) => (task.ordinal < 4 ? { ...task, removed: true } : task)),
    };

    test('follow the ordinals of tasks that it has no more', async () => {
      await start(shortened);
      expect(await taskCount()).toBe(6);

      expect(await expand(7, 2, 2)).toMatchObject({ first: 10 });

      expect(await taskCount()).toBe(10);
    });

    test('that came after its run follow it, too', async () => {
      await store().createRun(newRun('run'));
      await store().planRun('run', PLAN, shortened);
      await store().startRun('run', at(1));

      expect(await expand(7, 2, 2)).toMatchObject({ first: 10 });

      expect(await taskCount()).toBe(10);
    });
  });
}
