import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { pruneRuns } from '../../lib/runtime/prune-runs.ts';
import { at, createRun, totals } from '../contract/factories.ts';

async function storeWith(endedRuns: number): Promise<SqliteStore> {
  const store = new SqliteStore({ path: ':memory:' });
  for (let n = 0; n < endedRuns; n++) {
    await createRun(store, `run-${n}`, 1);
    await store.endRun(`run-${n}`, { status: 'completed', error: null, totals: totals(), at: at(n) });
  }
  return store;
}

const namesIn = async (store: SqliteStore): Promise<string[]> => (await store.listRuns(1000)).map(({ run_id }) => run_id).sort();

describe('pruneRuns', () => {
  it('removes what ended before the instant, and nothing that ended then, later or not at all', async () => {
    const store = await storeWith(4);
    await createRun(store, 'unfinished', 1);

    expect(await pruneRuns(store, at(2))).toBe(2);

    expect(await namesIn(store)).toEqual(['run-2', 'run-3', 'unfinished']);
  });

  it('removes any number of runs', async () => {
    const store = await storeWith(200);

    expect(await pruneRuns(store, at(1000))).toBe(200);

    expect(await namesIn(store)).toEqual([]);
  });

  it('goes on for as long as it may, from the earliest', async () => {
    const store = await storeWith(4);
    let asked = 0;

    expect(await pruneRuns(store, at(1000), () => ++asked <= 3)).toBe(3);

    expect(await namesIn(store)).toEqual(['run-3']);
  });
});
