import { readRef } from '../../model/execution-ref.ts';
import { FINAL_TASK_STATUSES, REMOVED, STOPPED_RUN_STATUSES, type TaskStatus } from '../../model/run.ts';
import type { Usage } from '../../model/usage.ts';
import type { RunState, RunTotals } from '../../runtime/ports/runs.ts';
import type { TaskError, TaskItem, TaskKey, TaskProgress, TaskReset } from '../../runtime/ports/tasks.ts';
import type { EventTable } from './event-table.ts';
import {
  ITEM_COLUMNS,
  type ItemRow,
  PROGRESS_COLUMNS,
  type ProgressRow,
  RUN_STATE_COLUMNS,
  type RunStateRow,
  readProgress,
  readRunState,
  readTask,
  type TaskRow,
} from './rows.ts';
import type { RunKeys } from './run-keys.ts';
import type { Statements } from './statements.ts';

/** Up to so many are written into the statement, of which one is kept for each number. */
const LISTED_ORDINALS = 8;
const FINAL = FINAL_TASK_STATUSES.map((status) => `'${status}'`).join();
const STOPPED = STOPPED_RUN_STATUSES.map((status) => `'${status}'`).join();
/** A run's place is looked up by its key, so a run that has stopped refuses claims in the same step. */
const RUN_TAKES_CLAIMS = `NOT EXISTS (SELECT 1 FROM runs WHERE run = ? AND status IN (${STOPPED}))`;
const ANY_RUN_DOES = '? IS NOT NULL';

/** Beyond it sums are not exact any more, and SQLite's integers not JavaScript's. */
const MOST = Number.MAX_SAFE_INTEGER;
const ADD_USAGE = `UPDATE runs SET tokens_used = min(tokens_used + ?, ${MOST}), cost_nano_usd = min(cost_nano_usd + ?, ${MOST}) WHERE run = ?`;

const SELECT_RUN_STATE = `SELECT ${RUN_STATE_COLUMNS.join()} FROM runs WHERE run = ?`;
const SELECT_ITEMS = `SELECT ${ITEM_COLUMNS.join()} FROM tasks WHERE run = ?`;
/** By how many there are. */
const SELECT_LISTED = Array.from({ length: LISTED_ORDINALS + 1 }, (_, count) => {
  return `${SELECT_ITEMS} AND ordinal IN (${Array.from({ length: count }, () => '?').join()})`;
});

/** Tasks of runs. Its methods are parts of one step. */
export class TaskTables {
  readonly #sql: Statements;
  readonly #keys: RunKeys;
  readonly #events: EventTable;
  readonly #claimFirst: string;
  readonly #claimNext: string;

  /** @param refusesClaims where the run has stopped */
  constructor(sql: Statements, keys: RunKeys, events: EventTable, refusesClaims: boolean) {
    this.#sql = sql;
    this.#keys = keys;
    this.#events = events;
    const takesClaims = refusesClaims ? RUN_TAKES_CLAIMS : ANY_RUN_DOES;
    this.#claimFirst = `INSERT INTO tasks (run, ordinal, status, attempt, started_at, changed_at)
      SELECT ?1, ?2, 'executing', 1, ?3, ?3 WHERE ${takesClaims.replace('?', '?1')} ON CONFLICT DO NOTHING`;
    this.#claimNext = `UPDATE tasks SET status = 'executing', attempt = ?1, started_at = coalesce(started_at, ?2), changed_at = ?2
      WHERE run = ?3 AND ordinal = ?4 AND attempt = ?1 - 1 AND execution <= ?5 AND status NOT IN (${FINAL})
        AND ${takesClaims.replace('?', '?3')}`;
  }

  read(
    runId: string,
    ordinals: readonly number[],
    outputsOf: readonly number[],
  ): { run: RunState | undefined; tasks: Map<number, TaskItem> } {
    const key = this.#keys.ofRun(runId);
    const run = this.#sql.one<RunStateRow>(SELECT_RUN_STATE, key);
    const rows = this.#rows(key, ordinals);
    const withOutputs = outputsOf === ordinals ? undefined : new Set(outputsOf);
    const read = (row: ItemRow): TaskItem => readTask(row, withOutputs?.has(row.ordinal) !== false);
    return { run: run && readRunState(run), tasks: new Map(rows.map((row) => [row.ordinal, read(row)])) };
  }

  list(runId: string): TaskItem[] {
    return this.#sql
      .all<ItemRow>(`${SELECT_ITEMS} AND status <> '${REMOVED}' ORDER BY ordinal`, this.#keys.ofRun(runId))
      .map((row) => readTask(row));
  }

  progress(runId: string): TaskProgress[] {
    const sql = `SELECT ${PROGRESS_COLUMNS.join()} FROM tasks WHERE run = ? AND status <> '${REMOVED}' ORDER BY ordinal`;
    return this.#sql.all<ProgressRow>(sql, this.#keys.ofRun(runId)).map(readProgress);
  }

  count(runId: string, taskCount: number): RunTotals {
    const { final, ...counts } = this.#sql.one<Omit<RunTotals, 'unfinished'> & { final: number }>(
      `SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
         count(*) FILTER (WHERE status = 'blocked') AS blocked, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
         count(*) FILTER (WHERE status = 'skipped') AS skipped, count(*) FILTER (WHERE attempt > 0) AS executed,
         coalesce(sum(attempt - 1) FILTER (WHERE attempt > 1), 0) AS retries, count(*) FILTER (WHERE status IN (${FINAL})) AS final,
         coalesce(sum(json_extract(outputs, '$.tokens_used')) FILTER (WHERE json_type(outputs, '$.tokens_used') = 'integer'), 0) AS tokens
       FROM tasks WHERE run = ?`,
      this.#keys.ofRun(runId),
    )!;
    return { ...counts, unfinished: taskCount - final };
  }

  claim(runId: string, { ordinal, id, execution = 1 }: TaskKey, attempt: number, at: string): boolean {
    const run = this.#keys.ofRun(runId);
    const claimed =
      attempt === 1 && execution === 1
        ? this.#sql.do(this.#claimFirst, run, ordinal, at)
        : this.#sql.do(this.#claimNext, attempt, at, run, ordinal, execution);
    if (claimed) this.#events.add(runId, { at, type: 'task.executing', task_id: id, attempt });
    return claimed;
  }

  complete(runId: string, task: TaskKey, attempt: number, outputs: string, at: string, usage?: Usage): boolean {
    const run = this.#keys.ofRun(runId);
    const completed = this.#sql.do(
      `UPDATE tasks SET status = 'completed', outputs = ?, error = NULL, completed_at = ?2, changed_at = ?2
       WHERE run = ? AND ordinal = ? AND attempt = ? AND status = 'executing'`,
      outputs,
      at,
      run,
      task.ordinal,
      attempt,
    );
    if (completed && usage !== undefined) this.#sql.do(ADD_USAGE, usage.tokens, usage.nanoUsd, run);
    if (completed) this.#events.add(runId, { at, type: 'task.completed', task_id: task.id, attempt });
    return completed;
  }

  release(runId: string, task: TaskKey, attempt: number, error: TaskError, at: string): boolean {
    const released = this.#sql.do(
      `UPDATE tasks SET status = 'pending', error = ?, failures = failures + 1, changed_at = ?
       WHERE run = ? AND ordinal = ? AND attempt = ? AND status = 'executing'`,
      JSON.stringify(error),
      at,
      this.#keys.ofRun(runId),
      task.ordinal,
      attempt,
    );
    if (released) this.#events.add(runId, { at, type: 'task.pending', task_id: task.id, attempt, error });
    return released;
  }

  touch(runId: string, { ordinal }: TaskKey, attempt: number, at: string): boolean {
    return this.#sql.do(
      `UPDATE tasks SET changed_at = ? WHERE run = ? AND ordinal = ? AND attempt = ? AND status = 'executing'`,
      at,
      this.#keys.ofRun(runId),
      ordinal,
      attempt,
    );
  }

  fail(runId: string, task: TaskKey, error: TaskError, at: string): TaskItem {
    const row = this.#end(runId, task, 'failed', error, at);
    if (row !== undefined) return readTask(row);
    return readTask(this.#sql.one<ItemRow>(`${SELECT_ITEMS} AND ordinal = ?`, this.#keys.ofRun(runId), task.ordinal)!);
  }

  endAll(runId: string, tasks: readonly TaskKey[], status: TaskStatus, error: TaskError | null, at: string): void {
    for (const task of tasks) this.#end(runId, task, status, error, at);
  }

  cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): void {
    const run = this.#keys.ofRun(runId);
    for (const task of tasks) {
      const started = this.#sql.one('SELECT 1 FROM tasks WHERE run = ? AND ordinal = ? AND attempt > earlier_attempts', run, task.ordinal);
      if (started === undefined) this.#end(runId, task, 'cancelled', error, at);
    }
  }

  /** @throws ResetRefusedError, which undoes the step */
  reset(ref: string, resets: readonly TaskReset[], forgive: boolean, at: string): void {
    const { runId, execution } = readRef(ref);
    const run = this.#keys.ofRun(runId);
    const isQueued = this.#sql.one(
      `SELECT 1 FROM runs WHERE run = ? AND execution = ? AND status = 'queued' AND planned < execution`,
      run,
      execution,
    );
    if (isQueued === undefined) throw new ResetRefusedError();
    for (const { task, was, removed = false } of resets) {
      const written = removed
        ? this.#remove(run, task, was, execution, at)
        : was === undefined
          ? this.#sql.do(
              `INSERT INTO tasks (run, ordinal, status, attempt, execution, changed_at) VALUES (?, ?, 'pending', 0, ?, ?) ON CONFLICT DO NOTHING`,
              run,
              task.ordinal,
              execution,
              at,
            )
          : this.#sql.do(
              `UPDATE tasks SET status = 'pending', execution = ?, outputs = NULL, completed_at = NULL, changed_at = ?,
                 forgiven = CASE WHEN ?3 THEN failures ELSE forgiven END,
                 earlier_attempts = CASE WHEN ?3 AND status IN (${FINAL}) THEN attempt ELSE earlier_attempts END
               WHERE run = ? AND ordinal = ? AND status = ? AND attempt = ?`,
              execution,
              at,
              forgive ? 1 : 0,
              run,
              task.ordinal,
              was.status,
              was.attempt,
            );
      if (!written) throw new ResetRefusedError();
      if (was === undefined || was.status === 'pending' || removed) continue;
      this.#events.add(runId, { at, type: 'task.pending', task_id: task.id, attempt: was.attempt });
    }
  }

  /** A row stays, as of this execution: it refuses who is late with the task in an earlier one. */
  #remove(run: number, { ordinal }: TaskKey, was: TaskReset['was'], execution: number, at: string): boolean {
    const [status, attempt] = was === undefined ? [REMOVED, 0] : [was.status, was.attempt];
    const found = this.#sql.do(
      'DELETE FROM tasks WHERE run = ? AND ordinal = ? AND status = ? AND attempt = ?',
      run,
      ordinal,
      status,
      attempt,
    );
    if (was !== undefined && !found) return false;
    return this.#sql.do(
      'INSERT INTO tasks (run, ordinal, status, attempt, execution, changed_at) VALUES (?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING',
      run,
      ordinal,
      REMOVED,
      execution,
      at,
    );
  }

  isFinal(runId: string, ordinal: number): boolean {
    const sql = `SELECT 1 FROM tasks WHERE run = ? AND ordinal = ? AND status IN (${FINAL}, '${REMOVED}')`;
    return this.#sql.one(sql, this.#keys.ofRun(runId), ordinal) !== undefined;
  }

  #rows(run: number, ordinals: readonly number[]): ItemRow[] {
    if (ordinals.length <= LISTED_ORDINALS) return this.#sql.all(SELECT_LISTED[ordinals.length]!, run, ...ordinals);
    return this.#sql.all(`${SELECT_ITEMS} AND ordinal IN (SELECT value FROM json_each(?))`, run, JSON.stringify(ordinals));
  }

  /** Ends a task without outputs unless it has ended, or is another execution's by now; the row if it did. */
  #end(
    runId: string,
    { ordinal, id, execution = 1 }: TaskKey,
    status: TaskStatus,
    error: TaskError | null,
    at: string,
  ): TaskRow | undefined {
    const row = this.#sql.one<TaskRow>(
      `INSERT INTO tasks (run, ordinal, status, attempt, error, completed_at, changed_at, execution) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5, ?6)
       ON CONFLICT DO UPDATE SET status = ?3, error = ?4, completed_at = ?5, changed_at = ?5
         WHERE status NOT IN (${FINAL}) AND execution <= ?6 RETURNING *`,
      this.#keys.ofRun(runId),
      ordinal,
      status,
      error && JSON.stringify(error),
      at,
      execution,
    );
    const reason = error === null ? {} : { error };
    if (row !== undefined) this.#events.add(runId, { at, type: `task.${status}`, task_id: id, attempt: row.attempt, ...reason });
    return row;
  }
}

/** A task, or the run, is not as it was when the reset was decided. */
export class ResetRefusedError extends Error {
  override readonly name = 'ResetRefusedError';
}
