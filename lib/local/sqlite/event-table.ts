import type { RunEvent } from '../../runtime/ports/run-event.ts';
import { type EventRow, readEvent } from './rows.ts';
import type { RunKeys } from './run-keys.ts';
import type { Statements } from './statements.ts';

/** As an INSERT of a SELECT from the same table it would take twice as long: SQLite puts that into a table of its own first. */
const NEXT_SEQ = '(SELECT coalesce(max(seq), 0) + 1 FROM events WHERE run = ?1)';
const INSERT_EVENT = `INSERT INTO events VALUES (?1, ${NEXT_SEQ}, ?2, ?3, ?4, ?5, ?6)`;

export type Heard = 'all' | 'of runs' | 'none';

/** The events of runs. Its methods are parts of one step. */
export class EventTable {
  readonly #sql: Statements;
  readonly #keys: RunKeys;
  /** Which of them somebody wants to be told of. */
  readonly #heard: Heard;
  /** Made since they were last taken. */
  #made: RunEvent[] = [];

  constructor(sql: Statements, keys: RunKeys, heard: Heard) {
    this.#sql = sql;
    this.#keys = keys;
    this.#heard = heard;
  }

  add(runId: string, event: Omit<RunEvent, 'seq' | 'run_id'>): void {
    const { at, type, task_id, attempt, error } = event;
    const run = this.#keys.ofRun(runId);
    const values = [run, at, type, task_id ?? null, attempt ?? null, error === undefined ? null : JSON.stringify(error)];
    if (this.#heard === 'none' || (this.#heard === 'of runs' && task_id !== undefined)) {
      this.#sql.do(INSERT_EVENT, ...values);
      return;
    }
    const row = this.#sql.one<{ seq: number }>(`${INSERT_EVENT} RETURNING seq`, ...values);
    this.#made.push({ seq: row!.seq, run_id: runId, ...event });
  }

  list(runId: string, afterSeq: number, limit: number): RunEvent[] {
    const rows = this.#sql.all<EventRow>(
      'SELECT * FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?',
      this.#keys.ofRun(runId),
      afterSeq,
      limit,
    );
    return rows.map((row) => readEvent(runId, row));
  }

  /** Those that the step made which is being run. */
  take(): RunEvent[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }
}
