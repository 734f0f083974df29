import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { at, createRun, task } from './factories.ts';

export function describeGates(store: () => RunStore): void {
  const tokens = async (ordinal = 5): Promise<Set<string>> => new Set(await store().listTokens('run', ordinal));

  describe('gates', () => {
    beforeEach(async () => {
      await createRun(store(), 'run');
    });

    test('a token comes to a gate that nobody has been at', async () => {
      expect(await store().addToken('run', 5, 'token')).toEqual({ arrived: 0, reentered: false, final: false });

      expect(await tokens()).toEqual(new Set(['token']));
    });

    test('a token finds what arrived before it', async () => {
      await store().addArrival('run', 5, 1);
      await store().addArrival('run', 5, 2);

      expect(await store().addToken('run', 5, 'token')).toEqual({ arrived: 2, reentered: false, final: false });
    });

    test.each(['another', 'token'])('a second token %j finds the gate entered before', async (second) => {
      await store().addToken('run', 5, 'token');

      expect(await store().addToken('run', 5, second)).toEqual({ arrived: 0, reentered: true, final: false });

      expect(await tokens()).toEqual(new Set(['token', second]));
    });

    test.each([
      ['pending', false],
      ['executing', false],
      ['completed', true],
      ['failed', true],
      ['blocked', true],
    ] as const)('a token of a task that is %s: final is %j', async (status, final) => {
      const error = { code: 'E5202', message: 'no luck' };
      if (['pending', 'executing', 'completed'].includes(status)) await store().claimTask('run', task(5), 1, at(1));
      if (status === 'pending') await store().releaseTask('run', task(5), 1, error, at(2));
      if (status === 'completed') await store().completeTask('run', task(5), 1, {}, at(2));
      if (status === 'failed') await store().failTask('run', task(5), error, at(2));
      if (status === 'blocked') await store().blockTasks('run', [task(5)], error, at(2));

      expect((await store().addToken('run', 5, 'token')).final).toBe(final);
    });

    test('arrivals are counted, and told whether somebody waits', async () => {
      expect(await store().addArrival('run', 5, 1)).toEqual({ arrived: 1, hasToken: false });
      expect(await store().addArrival('run', 5, 0)).toEqual({ arrived: 2, hasToken: false });

      await store().addToken('run', 5, 'token');

      expect(await store().addArrival('run', 5, 2)).toEqual({ arrived: 3, hasToken: true });
    });

    test('a dependency that arrives again counts once', async () => {
      await store().addArrival('run', 5, 1);
      await store().addArrival('run', 5, 2);

      expect(await store().addArrival('run', 5, 1)).toEqual({ arrived: 2, hasToken: false });
      expect((await store().addToken('run', 5, 'token')).arrived).toBe(2);
    });

    test('of arrivals at once, each twice, one sees the gate complete and none counts too many', async () => {
      await store().addToken('run', 5, 'token');

      const seen = await Promise.all([0, 1, 2, 3, 4, 0, 1, 2, 3, 4].map((dependency) => store().addArrival('run', 5, dependency)));

      const counts = seen.map(({ arrived }) => arrived);
      expect(Math.max(...counts)).toBe(5);
      expect(Math.min(...counts)).toBe(1);
      expect(seen.every(({ hasToken }) => hasToken)).toBe(true);
    });

    test('a last arrival and a token at once: at least one of them sees both', async () => {
      for (let ordinal = 5; ordinal < 10; ordinal++) {
        await store().addArrival('run', ordinal, 0);

        const [token, arrival] = await Promise.all([store().addToken('run', ordinal, 'token'), store().addArrival('run', ordinal, 1)]);

        expect(token.arrived === 2 || (arrival.arrived === 2 && arrival.hasToken)).toBe(true);
      }
    });

    test('a final status and a token at once: at least one of them sees the other', async () => {
      for (let ordinal = 5; ordinal < 10; ordinal++) {
        const block = async (): Promise<string[]> => {
          await store().blockTasks('run', [task(ordinal)], { code: 'E5204', message: 'blocked' }, at(1));
          return store().listTokens('run', ordinal);
        };

        const [{ final }, found] = await Promise.all([store().addToken('run', ordinal, 'token'), block()]);

        expect(final || found.includes('token')).toBe(true);
      }
    });

    test('gates are separate', async () => {
      await store().addToken('run', 5, 'token');
      await store().addArrival('run', 5, 1);

      expect(await store().addArrival('run', 6, 1)).toEqual({ arrived: 1, hasToken: false });
      expect(await tokens(6)).toEqual(new Set());
    });

    test('tokens are kept as they are, long ones too', async () => {
      const all = [' ', 'a#b', 'AQCE/+=='.repeat(256), '漢字🚀'];

      await Promise.all(all.map((token) => store().addToken('run', 5, token)));

      expect(await tokens()).toEqual(new Set(all));
    });
  });
}
