import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../make-folder.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** The store cannot be used: its directory is not writable, or the file is not a store of this program. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError';
  readonly code = 'E5800';
}

/** SQLite's codes for a file that is damaged, cannot be read or written, or has no room: https://sqlite.org/rescode.html */
const FILE_CODES = new Set([8, 10, 11, 13, 14, 26]);

/** Whether it is the store's file that went wrong, at whatever step. */
export function isStoreFailure(error: unknown): boolean {
  if (error instanceof StoreUnusableError) return true;
  return error instanceof Error && 'errcode' in error && FILE_CODES.has(Number(error.errcode) & 0xff);
}

/**
 * Opens the store's file, and makes it where there is none. `:memory:` is a store that lasts as long as the process.
 *
 * A commit goes to the write-ahead log without waiting for the disk: it survives the death of the process at any point. With
 * `fsync` it also survives the death of the machine, at a wait for the disk per step.
 *
 * @throws StoreUnusableError
 */
export function openDatabase(path: string, fsync: boolean): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') makeFolder(dirname(path));
    database = new DatabaseSync(path, { timeout: 10_000 });
    prepare(database);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${fsync ? 'FULL' : 'NORMAL'}; PRAGMA foreign_keys = OFF;`);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof StoreUnusableError) throw error;
    throw new StoreUnusableError(`cannot use the store ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function prepare(database: DatabaseSync): void {
  // the write lock: two processes may open a new store at the same time
  database.exec('BEGIN IMMEDIATE');
  try {
    const owner = pragma(database, 'application_id');
    const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
    if (owner === 0 && tables.n === 0) {
      database.exec(SCHEMA);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    } else if (owner !== APPLICATION_ID) {
      throw new StoreUnusableError(`${database.location() ?? 'the file'} is the database of another program`);
    } else if (pragma(database, 'user_version') !== SCHEMA_VERSION) {
      throw new StoreUnusableError(`${database.location() ?? 'the file'} was written by another version of this program`);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
  return row[name]!;
}
