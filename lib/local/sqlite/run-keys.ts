import { readRef } from '../../model/execution-ref.ts';
import type { Statements } from './statements.ts';

const KNOWN = 1000;
/** No run and no execution has it. */
const NONE = -1;

/** The numbers that runs and their executions have in the tables. */
export class RunKeys {
  readonly #sql: Statements;
  readonly #runs = new Map<string, number>();
  readonly #executions = new Map<string, number>();

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  ofRun(runId: string): number {
    return this.#find(this.#runs, runId, () => this.#sql.one<{ key: number }>('SELECT run AS key FROM runs WHERE run_id = ?', runId)?.key);
  }

  ofExecution(ref: string): number {
    return this.#find(this.#executions, ref, () => {
      const { runId, execution } = readRef(ref);
      const sql = 'SELECT execution AS key FROM executions WHERE run = ? AND number = ?';
      return this.#sql.one<{ key: number }>(sql, this.ofRun(runId), execution)?.key;
    });
  }

  /** A run of this id is made: what is known of an earlier one, or of a step that was undone, is not so any more. */
  forget(runId: string): void {
    this.#runs.delete(runId);
    this.#executions.delete(runId);
  }

  /** A run was removed. */
  forgetAll(): void {
    this.#runs.clear();
    this.#executions.clear();
  }

  #find(known: Map<string, number>, name: string, look: () => number | undefined): number {
    let key = known.get(name);
    if (key !== undefined) return key;
    key = look();
    if (key === undefined) return NONE;
    if (known.size >= KNOWN) known.clear();
    known.set(name, key);
    return key;
  }
}
