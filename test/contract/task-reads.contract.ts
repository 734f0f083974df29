import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { AWKWARD_VALUES, at, claimUpTo, createRun, noise, task, tasks, totals } from './factories.ts';

const error = { code: 'E5202', message: 'no luck' };

export function describeTaskReads(store: () => RunStore): void {
  const complete = async (ordinal: number, outputs: JsonObject): Promise<void> => {
    await store().claimTask('run', task(ordinal), 1, at(1));
    await store().completeTask('run', task(ordinal), 1, outputs, at(2));
  };

  describe('reading tasks', () => {
    beforeEach(async () => {
      await createRun(store(), 'run', 300);
    });

    test.each(Object.entries(AWKWARD_VALUES))('outputs may hold %s', async (_, outputs) => {
      await complete(0, outputs);

      const { tasks: found } = await store().readTasks('run', [0]);

      expect(found.get(0)!.outputs).toEqual(outputs);
      expect(Object.keys(found.get(0)!.outputs!)).toEqual(Object.keys(outputs));
      expect((await store().listTasks('run'))[0]!.outputs).toEqual(outputs);
    });

    test('outputs are read of those tasks only that are asked for', async () => {
      for (const ordinal of [0, 1]) await complete(ordinal, { n: ordinal });

      const { tasks: found } = await store().readTasks('run', [0, 1, 2], [1]);

      expect([...found.values()].map(({ ordinal, status, outputs }) => [ordinal, status, outputs]).sort()).toEqual([
        [0, 'completed', null],
        [1, 'completed', { n: 1 }],
      ]);
    });

    test('outputs may hold any JSON', async () => {
      let ordinal = 0;
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (value) => {
          const outputs = JSON.parse(JSON.stringify(value)) as JsonObject;
          const n = ordinal++;
          await complete(n, outputs);

          expect((await store().readTasks('run', [n])).tasks.get(n)!.outputs).toEqual(outputs);
        }),
        { numRuns: 30, seed: 1 },
      );
    });

    test('large outputs come back whole', async () => {
      const outputs = [300_000, 99_000, 103_000].map((length, seed) => ({ text: noise(length, seed), more: '漢'.repeat(1_000) }));
      for (const [ordinal, each] of outputs.entries()) await complete(ordinal, each);

      const { tasks: found } = await store().readTasks('run', [0, 1, 2]);

      expect([0, 1, 2].map((ordinal) => found.get(ordinal)!.outputs)).toEqual(outputs);
      expect((await store().listTasks('run')).map((item) => item.outputs)).toEqual(outputs);
      expect((await store().failTask('run', task(0), error, at(3))).outputs).toEqual(outputs[0]);
    });

    test('reads the run together with those of the tasks that have an item', async () => {
      await complete(1, { n: 1 });
      await complete(3, { n: 3 });
      await complete(4, { n: 4 });

      const { run, tasks: found } = await store().readTasks('run', [0, 1, 3]);

      expect(run).toMatchObject({ status: 'queued', context: {}, execution: 1, timed_from: null, tokens_used: 0, cost_usd: 0 });
      expect(new Set(found.keys())).toEqual(new Set([1, 3]));
      expect(found.get(3)).toEqual((await store().listTasks('run'))[1]);
    });

    test('reads the run alone', async () => {
      expect(await store().readTasks('run', [])).toMatchObject({ run: { status: 'queued', context: {} }, tasks: new Map() });
    });

    test('an ordinal may be asked for twice', async () => {
      await complete(1, {});

      expect([...(await store().readTasks('run', [1, 1, 1])).tasks.keys()]).toEqual([1]);
    });

    test('reads more tasks than go into one batch', async () => {
      await store().blockTasks('run', tasks(...Array(300).keys()), error, at(1));

      const { run, tasks: found } = await store().readTasks('run', [...Array(300).keys()]);

      expect(run?.status).toBe('queued');
      expect([...found.keys()].sort((a, b) => a - b)).toEqual([...Array(300).keys()]);
    });

    test('lists tasks by ordinal, more than a megabyte of them', async () => {
      const ordinals = [100, 2, 10, 0, 299, 30, 1, 20];
      for (const ordinal of ordinals) await complete(ordinal, { text: noise(200_000, ordinal) });

      const items = await store().listTasks('run');

      expect(items.map((item) => item.ordinal)).toEqual([0, 1, 2, 10, 20, 30, 100, 299]);
      expect(await store().countTasks('run')).toEqual(totals({ completed: 8, executed: 8, unfinished: 292 }));
    });

    test('counts tasks by how they stand', async () => {
      expect(await store().countTasks('run')).toEqual(totals({ unfinished: 300 }));

      await complete(0, {});
      await claimUpTo(store(), 'run', 1, 3);
      await store().completeTask('run', task(1), 3, {}, at(4)); // completed with 2 retries
      await claimUpTo(store(), 'run', 2, 2);
      await store().failTask('run', task(2), error, at(4)); // failed with 1 retry
      await store().failTask('run', task(3), error, at(4)); // failed, never dispatched
      await store().blockTasks('run', tasks(4, 5), error, at(4)); // blocked
      await store().claimTask('run', task(6), 1, at(4)); // executing
      await claimUpTo(store(), 'run', 7, 1);
      await store().releaseTask('run', task(7), 1, error, at(4)); // pending

      expect(await store().countTasks('run')).toEqual(
        totals({ completed: 2, failed: 2, blocked: 2, executed: 5, retries: 3, unfinished: 294 }),
      );
    });

    test('adds up the tokens that outputs say were used', async () => {
      const used = [100, 23, 0, '5', 1.5, null, { n: 1 }, [7]];
      for (const [ordinal, tokens_used] of used.entries()) await complete(ordinal, { tokens_used });
      await complete(10, { nested: { tokens_used: 1000 } });
      await complete(11, { tokens_used: 1, text: noise(150_000) });
      await store().claimTask('run', task(12), 1, at(1));

      expect(await store().countTasks('run')).toEqual(totals({ completed: 10, executed: 11, tokens: 124, unfinished: 290 }));
    });

    test('what has ended stays readable when the run has', async () => {
      await complete(0, { n: 1 });
      await store().endRun('run', { status: 'completed', error: null, totals: totals(), at: at(9) });

      expect(await store().listTasks('run')).toHaveLength(1);
      expect(await store().countTasks('run')).toMatchObject({ completed: 1 });
      expect((await store().readTasks('run', [0])).run!.status).toBe('completed');
    });
  });
}
