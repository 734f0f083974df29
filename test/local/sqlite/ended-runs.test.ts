import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { RUN_TABLES } from '../../../lib/local/sqlite/ended-runs.ts';
import { SCHEMA } from '../../../lib/local/sqlite/schema.ts';

it('removes rows from every table that has any of a run', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(SCHEMA);

  const tables = database
    .prepare(`SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'run' WHERE t.type = 'table'`)
    .all()
    .map(({ name }) => name);

  expect([...RUN_TABLES].sort()).toEqual(tables.sort());
});
