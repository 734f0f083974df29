import type { SharedPool, SharedPoolStatus, WaitingRun, WaitingRuns } from '../../runtime/ports/places.ts';
import { sharedName } from './place-tables.ts';
import type { Statements } from './statements.ts';

/** The ref of an execution, from `executions` e and `runs` r. */
const REF = "r.run_id || CASE e.number WHEN 1 THEN '' ELSE '/' || e.number END AS ref";

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
         (SELECT count(DISTINCT execution) FROM waiting WHERE shared = name) AS waiting_runs
       FROM shared_pools ORDER BY name`,
    );
  }

  waitingRuns(pool: string): WaitingRuns {
    const { held } = this.#sql.one<{ held: number }>('SELECT count(*) AS held FROM holders WHERE pool = ?', sharedName(pool))!;
    const runs = this.#sql.all<WaitingRun>(
      `SELECT ${REF}, max(w.priority) AS priority FROM waiting w JOIN executions e USING (execution) JOIN runs r USING (run)
       WHERE shared = ?1
         AND NOT EXISTS (SELECT 1 FROM holders h WHERE h.execution = w.execution AND h.pool = ?2 AND h.ordinal = w.ordinal)
         AND (SELECT count(*) FROM holders WHERE pool = ?2) < (SELECT size FROM shared_pools WHERE name = ?1)
       GROUP BY w.execution
       ORDER BY max(w.priority) DESC, (SELECT count(*) FROM holders h WHERE h.execution = w.execution AND h.pool = ?2), r.created_at, w.execution`,
      pool,
      sharedName(pool),
    );
    return { held, runs };
  }

  holders(pool: string): { ref: string; ordinal: number }[] {
    return this.#sql.all(
      `SELECT ${REF}, h.ordinal FROM holders h JOIN executions e USING (execution) JOIN runs r USING (run) WHERE h.pool = ?`,
      sharedName(pool),
    );
  }

  leave(execution: number, pool: string): void {
    this.#sql.do('DELETE FROM holders WHERE execution = ? AND pool = ?', execution, sharedName(pool));
    this.#sql.do('DELETE FROM waiting WHERE execution = ? AND shared = ?', execution, pool);
  }
}
