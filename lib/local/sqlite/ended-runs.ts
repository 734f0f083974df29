import { FINAL_RUN_STATUSES } from '../../model/run.ts';
import type { EndedRun } from '../../runtime/ports.ts';
import type { Statements } from './statements.ts';

/** Tables with rows that only matter while a run goes on. */
export const RUN_COORDINATION = ['gates', 'arrivals', 'tokens', 'holders', 'waiting'] as const;
/** Tables with rows of runs. */
export const RUN_TABLES = [...RUN_COORDINATION, 'callbacks', 'events', 'tasks', 'specs', 'runs'];

const HAS_ENDED = `status IN (${FINAL_RUN_STATUSES.map((status) => `'${status}'`).join()})`;

export function listEnded(sql: Statements, before: string, limit: number): EndedRun[] {
  return sql.all<EndedRun>(
    `SELECT run_id, completed_at FROM runs WHERE ${HAS_ENDED} AND completed_at < ? ORDER BY completed_at, run_id LIMIT ?`,
    before,
    limit,
  );
}

/** A part of one step. */
export function removeRun(sql: Statements, { run_id, completed_at }: EndedRun): void {
  const row = sql.one<{ run: number }>(`SELECT run FROM runs WHERE run_id = ? AND completed_at = ? AND ${HAS_ENDED}`, run_id, completed_at);
  if (row !== undefined) for (const table of RUN_TABLES) sql.do(`DELETE FROM ${table} WHERE run = ?`, row.run);
}
