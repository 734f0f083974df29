import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../lib/model/task-record.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { SpecCache } from '../../lib/runtime/spec-cache.ts';
import { runSpec } from '../contract/factories.ts';

/** A cache over a store that answers when it is told to. */
function slowCache() {
  const asked: { readonly ref: string; readonly answer: PromiseWithResolvers<RunSpec | undefined> }[] = [];
  const getSpec = (ref: string): Promise<RunSpec | undefined> => {
    const answer = Promise.withResolvers<RunSpec | undefined>();
    asked.push({ ref, answer });
    return answer.promise;
  };
  const cache = new SpecCache({ getSpec, listExpansions: async () => [] });
  return { asked, cache };
}

describe('the specs that a process knows', () => {
  it('are read once for all who ask in the same moment, and not again', async () => {
    const { asked, cache } = slowCache();
    const spec = runSpec(1);

    const all = Promise.all(Array.from({ length: 50 }, () => cache.find('run')));
    asked[0]!.answer.resolve(spec);

    expect(new Set(await all)).toEqual(new Set([spec]));
    expect(await cache.find('run')).toBe(spec);
    expect(asked.map(({ ref }) => ref)).toEqual(['run']);
  });

  it('stay as long as they are held, however many others there are', async () => {
    const asked: string[] = [];
    const getSpec = async (ref: string): Promise<RunSpec> => {
      asked.push(ref);
      return runSpec(1);
    };
    const cache = new SpecCache({ getSpec, listExpansions: async () => [] });
    const askForOthers = async (): Promise<void> => {
      for (let n = 0; n < 100; n++) await cache.find(`other ${n}`);
      asked.length = 0;
    };

    cache.hold('run');
    const spec = await cache.find('run');
    await askForOthers();
    expect(await cache.find('run')).toBe(spec);

    cache.release('run');
    expect(await cache.find('run')).toBe(spec);
    expect(asked).toEqual([]);
    await askForOthers();
    await cache.find('run');
    expect(asked).toEqual(['run']);
  });

  it('are read anew where that failed, or found none', async () => {
    const { asked, cache } = slowCache();

    const failed = cache.find('run');
    asked[0]!.answer.reject(new Error('the store was busy'));
    await expect(failed).rejects.toThrow('the store was busy');
    const none = cache.find('run');
    asked[1]!.answer.resolve(undefined);
    expect(await none).toBeUndefined();
    const found = cache.find('run');
    asked[2]!.answer.resolve(runSpec(1));

    expect(await found).toEqual(runSpec(1));
  });

  it('get the items of a foreach once for all who ask in the same moment', async () => {
    const { spec } = preparePlan({ tasks: [{ task_id: 'each', foreach: [1, 2, 3] }] }).compilation;
    const expansion = { task: 0, execution: 1, first: 2, count: 3, size: 1 };
    const cache = new SpecCache({ getSpec: async () => spec, listExpansions: async () => [expansion] });
    cache.hold('run');

    const all = await Promise.all(Array.from({ length: 50 }, () => cache.find('run', 2)));

    expect(all[0]!.tasks).toHaveLength(5);
    expect(new Set(all).size).toBe(1);
  });
});
