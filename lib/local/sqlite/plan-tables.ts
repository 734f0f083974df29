import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { JsonValue } from '../../model/json.ts';
import type { StoredPlan, StoredPlanEntry } from '../../runtime/ports/stored-plans.ts';
import type { Statements } from './statements.ts';

/** Plans that are kept by name. Its methods are parts of one step. */
export class PlanTables {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  put({ name, plan, task_count, updated_at }: StoredPlan): void {
    const sql = 'INSERT INTO plans VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET plan = ?2, task_count = ?3, updated_at = ?4';
    this.#sql.do(sql, name, deflateRawSync(JSON.stringify(plan)), task_count, updated_at);
  }

  get(name: string): StoredPlan | undefined {
    const row = this.#sql.one<StoredPlanEntry & { plan: Uint8Array }>('SELECT * FROM plans WHERE name = ?', name);
    return row && { ...row, plan: JSON.parse(inflateRawSync(row.plan).toString()) as JsonValue };
  }

  list(limit: number, after = ''): StoredPlanEntry[] {
    const sql = 'SELECT name, task_count, updated_at FROM plans WHERE name > ? ORDER BY name LIMIT ?';
    return this.#sql.all<StoredPlanEntry>(sql, after, limit).map((row) => ({ ...row }));
  }

  delete(name: string): boolean {
    return this.#sql.do('DELETE FROM plans WHERE name = ?', name);
  }
}
