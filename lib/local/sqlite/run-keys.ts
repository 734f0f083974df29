import { readRef, refOf } from '../../model/execution-ref.ts';
import { FINAL_RUN_STATUSES } from '../../model/run.ts';
import type { Statements } from './statements.ts';

const KNOWN = 1000;
/** No run has it, and no execution that is not over. */
export const NONE = -1;
const IS_OVER = `r.status IN ('paused', ${FINAL_RUN_STATUSES.map((status) => `'${status}'`).join()})`;

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

  /** Of an execution that is over nothing is kept any more that its tasks wait for or hold: it has none. */
  ofExecution(ref: string): number {
    return this.#find(this.#executions, ref, () => {
      const { runId, execution } = readRef(ref);
      const sql = `SELECT e.execution AS key FROM executions e JOIN runs r ON r.run = e.run AND r.execution = e.number
        WHERE e.run = ? AND e.number = ? AND NOT ${IS_OVER}`;
      return this.#sql.one<{ key: number }>(sql, this.ofRun(runId), execution)?.key;
    });
  }

  /** A run of this id is made: what is known of an earlier one, or of a step that was undone, is not so any more. */
  forget(runId: string): void {
    this.#runs.delete(runId);
    this.#executions.delete(runId);
  }

  executionIsOver(runId: string, execution: number): void {
    this.#executions.delete(refOf({ runId, execution }));
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
