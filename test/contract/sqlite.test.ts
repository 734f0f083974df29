import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { at, createRun, places, totals, waiter } from './factories.ts';
import { alternating, describeRunStore, type Subject } from './run-store.contract.ts';

function onFile(storeCount: number): Subject {
  const directory = mkdtempSync(join(tmpdir(), 'run-store-'));
  const stores = Array.from({ length: storeCount }, () => new SqliteStore({ path: join(directory, 'store.db') }));
  return {
    store: alternating(stores),
    close: () => {
      for (const store of stores) store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

describeRunStore('SQLite in memory', () => {
  const store = new SqliteStore({ path: ':memory:' });
  return { store, close: () => store.close() };
});

describeRunStore('SQLite on a file', () => onFile(1));

describeRunStore('two SQLite stores on one file', () => onFile(2));

describe('what comes late to an execution that is over', () => {
  const over: [how: string, end: (store: SqliteStore) => Promise<unknown>][] = [
    ['its run has ended', (store) => store.endRun('run', { status: 'completed', error: null, totals: totals(), at: at(2) })],
    [
      'its run is paused',
      async (store) => {
        await store.moveRun('run', ['executing'], 'pausing', at(2));
        await store.moveRun('run', ['pausing'], 'paused', at(2));
      },
    ],
  ];

  it.each(over)('leaves nothing behind: %s', async (_, end) => {
    const store = new SqliteStore({ path: ':memory:' });
    await createRun(store, 'run');
    await store.startRun('run', at(1));
    await store.addToken('run', 5, 'before');
    await end(store);

    const [token, arrival] = [await store.addToken('run', 5, 'late'), await store.addArrival('run', 5, 1)];
    await store.putWaiting('run', waiter(6, 6), places(1));

    expect([token.arrived, arrival]).toEqual([0, { arrived: 0, hasToken: false }]);
    expect(await store.takePlaces('run', 5, places(1))).toBe(false);
    expect([await store.listTokens('run', 5), await store.isWaiting('run', 6), await store.listHolders('run', places(1))]).toEqual([
      [],
      false,
      [],
    ]);
    store.close();
  });
});
