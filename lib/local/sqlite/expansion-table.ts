import { readRef } from '../../model/execution-ref.ts';
import { MAX_ORDINALS } from '../../model/task-record.ts';
import type { Expansion, NewExpansion } from '../../runtime/ports/tasks.ts';
import type { RunKeys } from './run-keys.ts';
import type { Statements } from './statements.ts';

/** What foreach tasks came to. Its methods are parts of one step. */
export class ExpansionTable {
  readonly #sql: Statements;
  readonly #keys: RunKeys;

  constructor(sql: Statements, keys: RunKeys) {
    this.#sql = sql;
    this.#keys = keys;
  }

  add(ref: string, { task, count, size }: NewExpansion): Expansion | undefined {
    const { runId, execution } = readRef(ref);
    const run = this.#keys.ofRun(runId);
    const earlier = this.#sql.one<Expansion>(
      'SELECT task, execution, first, count, size FROM expansions WHERE run = ? AND task = ? AND execution = ?',
      run,
      task,
      execution,
    );
    if (earlier !== undefined) return earlier;
    const added = this.#sql.one<{ first: number }>(
      `UPDATE runs SET next_ordinal = next_ordinal + ?1, task_count = task_count + ?1
       WHERE run = ?2 AND execution = ?3 AND status = 'executing' AND next_ordinal + ?1 <= ?4 RETURNING next_ordinal - ?1 AS first`,
      count * size,
      run,
      execution,
      MAX_ORDINALS,
    );
    if (added === undefined) return undefined;
    this.#sql.do('INSERT INTO expansions VALUES (?, ?, ?, ?, ?, ?)', run, task, execution, added.first, count, size);
    return { task, execution, first: added.first, count, size };
  }

  list(runId: string): Expansion[] {
    return this.#sql.all<Expansion>(
      'SELECT task, execution, first, count, size FROM expansions WHERE run = ? ORDER BY first, execution, task',
      this.#keys.ofRun(runId),
    );
  }
}
