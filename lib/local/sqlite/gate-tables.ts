import { NONE } from './run-keys.ts';
import type { Statements } from './statements.ts';

/** What arrived at gates, and who waits at them. Its methods are parts of one step. */
export class GateTables {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  addToken(execution: number, ordinal: number, token: string): { arrived: number; reentered: boolean } {
    if (execution === NONE) return { arrived: 0, reentered: false };
    const reentered = this.#hasToken(execution, ordinal);
    this.#sql.do('INSERT OR IGNORE INTO tokens VALUES (?, ?, ?)', execution, ordinal, token);
    const gate = this.#sql.one<{ arrived: number }>('SELECT arrived FROM gates WHERE execution = ? AND ordinal = ?', execution, ordinal);
    return { arrived: gate?.arrived ?? 0, reentered };
  }

  addArrival(execution: number, ordinal: number, dependency: number): { arrived: number; hasToken: boolean } {
    if (execution === NONE) return { arrived: 0, hasToken: false };
    const isNew = this.#sql.do('INSERT OR IGNORE INTO arrivals VALUES (?, ?, ?)', execution, ordinal, dependency);
    const gate = this.#sql.one<{ arrived: number }>(
      'INSERT INTO gates VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET arrived = arrived + ?3 RETURNING arrived',
      execution,
      ordinal,
      isNew ? 1 : 0,
    );
    return { arrived: gate!.arrived, hasToken: this.#hasToken(execution, ordinal) };
  }

  tokens(execution: number, ordinal: number): string[] {
    return this.#sql
      .all<{ token: string }>('SELECT token FROM tokens WHERE execution = ? AND ordinal = ?', execution, ordinal)
      .map((row) => row.token);
  }

  #hasToken(execution: number, ordinal: number): boolean {
    return this.#sql.one('SELECT 1 FROM tokens WHERE execution = ? AND ordinal = ? LIMIT 1', execution, ordinal) !== undefined;
  }
}
