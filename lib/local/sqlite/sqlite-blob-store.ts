import { BlobMissingError, type BlobStore } from '../../runtime/ports/blob-store.ts';
import type { Statements } from './statements.ts';

/**
 * Blobs in the store's file, as durable as the runs that need them. A run of 11 tasks keeps two of them before it starts: as files, each
 * made, filled and renamed, they took more than half of its time.
 */
export class SqliteBlobStore implements BlobStore {
  readonly #sql: Statements;
  readonly #step: <T>(work: () => T) => Promise<T>;

  /** @param step runs what it is given as one atomic step */
  constructor(sql: Statements, step: <T>(work: () => T) => Promise<T>) {
    this.#sql = sql;
    this.#step = step;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#step(() => this.#sql.do('INSERT INTO blobs VALUES (?1, ?2) ON CONFLICT DO UPDATE SET bytes = ?2', key, bytes));
  }

  async get(key: string): Promise<Uint8Array> {
    const row = this.#sql.one<{ bytes: Uint8Array }>('SELECT bytes FROM blobs WHERE key = ?', key);
    if (row === undefined) throw new BlobMissingError(key);
    return row.bytes;
  }

  async deleteAll(folder: string): Promise<void> {
    // '0' comes next after '/'
    await this.#step(() => this.#sql.do(`DELETE FROM blobs WHERE key >= ?1 || '/' AND key < ?1 || '0'`, folder));
  }

  async delete(key: string): Promise<void> {
    await this.#step(() => this.#sql.do('DELETE FROM blobs WHERE key = ?', key));
  }
}
