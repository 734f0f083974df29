import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
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
