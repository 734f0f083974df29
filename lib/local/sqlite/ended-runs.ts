import { FINAL_RUN_STATUSES } from '../../model/run.ts';
import type { EndedRun } from '../../runtime/ports/ended-runs.ts';
import type { Statements } from './statements.ts';

/** Tables with rows that only matter while an execution goes on. */
export const COORDINATION = ['gates', 'arrivals', 'tokens', 'holders', 'waiting', 'child_tokens'] as const;
/** Tables with rows of runs. */
export const RUN_TABLES = ['callbacks', 'events', 'tasks', 'expansions', 'specs', 'executions', 'runs'];

const HAS_ENDED = `status IN (${FINAL_RUN_STATUSES.map((status) => `'${status}'`).join()})`;

export function listEnded(sql: Statements, before: string, limit: number): EndedRun[] {
  return sql.all<EndedRun>(
    `SELECT run_id, completed_at FROM runs WHERE ${HAS_ENDED} AND completed_at < ? ORDER BY completed_at, run_id LIMIT ?`,
    before,
    limit,
  );
}

/** Forgets what the tasks of a run's executions waited for and held. A part of one step. */
export function clearCoordination(sql: Statements, run: number): void {
  for (const table of COORDINATION) {
    sql.do(`DELETE FROM ${table} WHERE execution IN (SELECT execution FROM executions WHERE run = ?)`, run);
  }
}

/** A part of one step. */
export function removeRun(sql: Statements, { run_id, completed_at }: EndedRun): void {
  const row = sql.one<{ run: number }>(`SELECT run FROM runs WHERE run_id = ? AND completed_at = ? AND ${HAS_ENDED}`, run_id, completed_at);
  if (row === undefined) return;
  clearCoordination(sql, row.run);
  for (const table of RUN_TABLES) sql.do(`DELETE FROM ${table} WHERE run = ?`, row.run);
}
