import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_FILE } from '../local/local-platform.ts';
import { SqliteStore } from '../local/sqlite/sqlite-store.ts';
import { describeTasks, type TaskDescription } from '../runtime/describe-tasks.ts';
import { latestRecords } from '../runtime/latest-spec.ts';
import type { Run } from '../runtime/ports/runs.ts';
import { SpecCache } from '../runtime/spec-cache.ts';
import type { RunSource } from './run-source.ts';
import { UsageError } from './usage-error.ts';

/** The file of a data directory's store. @throws UsageError where there is none */
export function requireStore(dataDir: string): string {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) throw new UsageError(`there are no runs in ${dataDir}`);
  return path;
}

/** The runs of a data directory. */
export class StoredRuns implements RunSource {
  readonly #store: SqliteStore;

  /** @throws UsageError where there is none, StoreUnusableError */
  constructor(dataDir: string) {
    this.#store = new SqliteStore({ path: requireStore(dataDir) });
  }

  listRuns(limit: number): Promise<Run[]> {
    return this.#store.listRuns(limit);
  }

  getRun(runId: string): Promise<Run | undefined> {
    return this.#store.getRun(runId);
  }

  async listTasks(runId: string): Promise<TaskDescription[]> {
    const specs = new SpecCache(this.#store);
    const tasks = await latestRecords({ store: this.#store, specs }, runId);
    return describeTasks({ tasks }, await this.#store.listTasks(runId), runId);
  }

  close(): void {
    this.#store.close();
  }
}
