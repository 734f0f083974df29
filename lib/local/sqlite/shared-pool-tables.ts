import type { SharedPool, SharedPoolStatus, WaitingRun, WaitingRuns } from '../../runtime/ports.ts';
import { sharedName } from './place-tables.ts';
import type { Statements } from './statements.ts';

/** Pools that all runs share. Its methods are parts of one step. */
export class SharedPoolTables {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  put({ name, limit }: SharedPool): void {
    this.#sql.do('INSERT INTO shared_pools VALUES (?1, ?2) ON CONFLICT DO UPDATE SET size = ?2', name, limit);
  }

  list(): SharedPoolStatus[] {
    return this.#sql.all(
      `SELECT name, size AS "limit", (SELECT count(*) FROM holders WHERE pool = '@' || name) AS held,
         (SELECT count(DISTINCT run) FROM waiting WHERE shared = name) AS waiting_runs
       FROM shared_pools ORDER BY name`,
    );
  }

  waitingRuns(pool: string): WaitingRuns {
    const { held } = this.#sql.one<{ held: number }>('SELECT count(*) AS held FROM holders WHERE pool = ?', sharedName(pool))!;
    const runs = this.#sql.all<WaitingRun>(
      `SELECT run_id, max(priority) AS priority FROM waiting JOIN runs USING (run)
       WHERE shared = ?1 AND NOT EXISTS (SELECT 1 FROM holders h WHERE h.run = waiting.run AND h.pool = ?2 AND h.ordinal = waiting.ordinal)
         AND (SELECT count(*) FROM holders WHERE pool = ?2) < (SELECT size FROM shared_pools WHERE name = ?1)
       GROUP BY run
       ORDER BY max(priority) DESC, (SELECT count(*) FROM holders h WHERE h.run = waiting.run AND h.pool = ?2), created_at, run`,
      pool,
      sharedName(pool),
    );
    return { held, runs };
  }

  holders(pool: string): { run_id: string; ordinal: number }[] {
    return this.#sql.all('SELECT run_id, ordinal FROM holders JOIN runs USING (run) WHERE pool = ?', sharedName(pool));
  }

  leave(run: number, pool: string): void {
    this.#sql.do('DELETE FROM holders WHERE run = ? AND pool = ?', run, sharedName(pool));
    this.#sql.do('DELETE FROM waiting WHERE run = ? AND shared = ?', run, pool);
  }
}
