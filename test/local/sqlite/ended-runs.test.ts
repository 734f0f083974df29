import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { COORDINATION, RUN_TABLES } from '../../../lib/local/sqlite/ended-runs.ts';
import { SCHEMA } from '../../../lib/local/sqlite/schema.ts';

/** The tables that have a column of this name, but not `run` besides. */
function tablesWith(column: string): string[] {
  const database = new DatabaseSync(':memory:');
  database.exec(SCHEMA);
  return database
    .prepare(`SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = ? WHERE t.type = 'table' ORDER BY t.name`)
    .all(column)
    .map(({ name }) => String(name));
}

it('removes rows from every table that has any of a run', () => {
  expect([...RUN_TABLES].sort()).toEqual(tablesWith('run'));
});

it('removes rows from every table that has any of an execution only', () => {
  const ofRuns = tablesWith('run');

  expect([...COORDINATION].sort()).toEqual(tablesWith('execution').filter((table) => !ofRuns.includes(table)));
});
