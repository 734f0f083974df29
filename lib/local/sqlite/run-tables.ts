import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { readRef } from '../../model/execution-ref.ts';
import { FINAL_RUN_STATUSES, type RunStatus } from '../../model/run.ts';
import { taskCountOf } from '../../model/task-count.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { NewRun, Run, RunControl, RunOrder, RunPlace, RunPlan, RunTotals } from '../../runtime/ports/runs.ts';
import type { TaskError } from '../../runtime/ports/tasks.ts';
import { addedTotals } from '../../runtime/statistics.ts';
import { timedFrom } from '../../runtime/timed-from.ts';
import { clearCoordination } from './ended-runs.ts';
import { RunExistsError } from './errors.ts';
import type { EventTable } from './event-table.ts';
import { CONTROL_COLUMNS, type ControlRow, type RunRow, readControl, readRun, readTotals } from './rows.ts';
import type { RunKeys } from './run-keys.ts';
import type { Statements } from './statements.ts';

const ENDED = FINAL_RUN_STATUSES.map((status) => `'${status}'`).join();

const UNFINISHED = `SELECT run_id, execution, status, process FROM runs WHERE status NOT IN (${ENDED}, 'paused')`;
const SELECT_CONTROL = `SELECT ${CONTROL_COLUMNS.join()} FROM runs WHERE run = ?`;

export interface PackedSpec {
  readonly bytes: Uint8Array;
  readonly taskCount: number;
  /** Of the tasks that its plan has no more, too. */
  readonly ordinalCount: number;
}

export interface RunEnd {
  readonly status: RunStatus;
  readonly error: TaskError | null;
  readonly totals: RunTotals;
  readonly at: string;
}

/** A run that has begun and not ended, as far as the store knows. */
export interface UnfinishedRun {
  readonly run_id: string;
  readonly execution: number;
  readonly status: RunStatus;
  readonly process: string | null;
}

/** Runs, their executions and specs. Its methods are parts of one step. */
export class RunTables {
  readonly #sql: Statements;
  readonly #keys: RunKeys;
  readonly #events: EventTable;
  readonly #process: string | null;

  /** @param process the mark of this process, where its runs are nobody else's */
  constructor(sql: Statements, keys: RunKeys, events: EventTable, process: string | undefined) {
    this.#sql = sql;
    this.#keys = keys;
    this.#events = events;
    this.#process = process ?? null;
  }

  /** @throws RunExistsError */
  create(run: NewRun, spec: PackedSpec | undefined): { run_id: string; created: boolean } {
    const key = run.idempotency_key ?? null;
    const earlier = this.#sql.one<{ run_id: string }>('SELECT run_id FROM runs WHERE idempotency_key = ?', key);
    if (earlier !== undefined) return { run_id: earlier.run_id, created: false };
    if (this.#sql.one('SELECT 1 FROM runs WHERE run_id = ?', run.run_id) !== undefined) throw new RunExistsError(run.run_id);
    this.#keys.forget(run.run_id);
    const folder = run.folder ?? '';
    const order: RunOrder = { mode: 'start', folder, plan_folder: folder, for_parent: run.for_parent };
    const row = this.#sql.one<{ run: number }>(
      `INSERT INTO runs (run_id, plan_id, goal_id, status, planned, machine, orders, parent, task_count, next_ordinal, context, created_at, changed_at, idempotency_key, process)
       VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING run`,
      run.run_id,
      run.plan_id,
      run.goal_id,
      spec === undefined ? 0 : 1,
      run.machine ?? null,
      JSON.stringify(order),
      run.parent === undefined ? null : JSON.stringify(run.parent),
      spec?.taskCount ?? 0,
      spec?.ordinalCount ?? 0,
      JSON.stringify(run.context),
      run.created_at,
      run.created_at,
      key,
      this.#process,
    )!.run;
    this.#begin(row, 1);
    if (spec !== undefined) this.#sql.do('INSERT INTO specs VALUES (?, ?)', row, spec.bytes);
    this.#events.add(run.run_id, { at: run.created_at, type: 'run.queued' });
    return { run_id: run.run_id, created: true };
  }

  plan(ref: string, { plan_id, goal_id, context, machine }: RunPlan, spec: PackedSpec): boolean {
    const { runId, execution } = readRef(ref);
    const planned = this.#sql.one<{ run: number }>(
      `UPDATE runs SET plan_id = ?, goal_id = ?, context = coalesce(?, context), task_count = ?, next_ordinal = max(next_ordinal, ?), planned = execution, machine = ?
       WHERE run_id = ? AND execution = ? AND status = 'queued' AND planned < execution RETURNING run`,
      plan_id,
      goal_id,
      context === undefined ? null : JSON.stringify(context),
      spec.taskCount,
      spec.ordinalCount,
      machine,
      runId,
      execution,
    );
    if (planned === undefined) return false;
    this.#sql.do('INSERT INTO specs VALUES (?1, ?2) ON CONFLICT DO UPDATE SET spec = ?2', planned.run, spec.bytes);
    return true;
  }

  get(runId: string): Run | undefined {
    const row = this.#row(runId);
    return row && readRun(row);
  }

  control(runId: string): RunControl | undefined {
    const row = this.#sql.one<ControlRow>(SELECT_CONTROL, this.#keys.ofRun(runId));
    return row && readControl(row);
  }

  list(limit: number, after?: RunPlace): Run[] {
    const rows =
      after === undefined
        ? this.#sql.all<RunRow>('SELECT * FROM runs ORDER BY created_at DESC, run_id DESC LIMIT ?', limit)
        : this.#sql.all<RunRow>(
            'SELECT * FROM runs WHERE (created_at, run_id) < (?, ?) ORDER BY created_at DESC, run_id DESC LIMIT ?',
            after.created_at,
            after.run_id,
            limit,
          );
    return rows.map(readRun);
  }

  /** The oldest first. */
  unfinished(): UnfinishedRun[] {
    return this.#sql.all(`${UNFINISHED} ORDER BY run`);
  }

  unfinishedOne(runId: string): UnfinishedRun | undefined {
    return this.#sql.one(`${UNFINISHED} AND run_id = ?`, runId);
  }

  take(runId: string, from: string): boolean {
    return this.#sql.do(`UPDATE runs SET process = ? WHERE run_id = ? AND status = 'queued' AND process = ?`, this.#process, runId, from);
  }

  /** The process that accepted, reopened or started the run last. */
  process(runId: string): string | null {
    return this.#sql.one<{ process: string | null }>('SELECT process FROM runs WHERE run_id = ?', runId)?.process ?? null;
  }

  spec(ref: string): RunSpec | undefined {
    const { runId, execution } = readRef(ref);
    const row = this.#sql.one<{ spec: Uint8Array }>(
      'SELECT spec FROM specs JOIN runs USING (run) WHERE run = ? AND planned = ?',
      this.#keys.ofRun(runId),
      execution,
    );
    return row && (JSON.parse(inflateRawSync(row.spec).toString()) as RunSpec);
  }

  start(ref: string, at: string): boolean {
    const { runId, execution } = readRef(ref);
    const row = this.#row(runId);
    if (row?.status !== 'queued' || row.execution !== execution) return false;
    const { timed_from, stopped_at } = row;
    this.#sql.do(
      `UPDATE runs SET status = 'executing', changed_at = ?1, started_at = coalesce(started_at, ?1), timed_from = ?2, process = ?3 WHERE run = ?4`,
      at,
      timedFrom({ timed_from, stopped_at, order: JSON.parse(row.orders) as RunOrder }, at),
      this.#process,
      row.run,
    );
    this.#events.add(runId, { at, type: 'run.executing' });
    return true;
  }

  move(ref: string, from: readonly RunStatus[], to: RunStatus, at: string): boolean {
    const row = this.#rowIn(ref, from);
    if (row === undefined) return false;
    const stoppedAt = to === 'paused' ? at : row.stopped_at;
    this.#sql.do('UPDATE runs SET status = ?, changed_at = ?, stopped_at = ? WHERE run = ?', to, at, stoppedAt, row.run);
    if (to === 'paused') this.#endExecution(row);
    this.#events.add(row.run_id, { at, type: `run.${to}` });
    return true;
  }

  reopen(ref: string, from: readonly RunStatus[], order: RunOrder, at: string): boolean {
    const row = this.#rowIn(ref, from);
    if (row === undefined) return false;
    this.#sql.do(
      `UPDATE runs SET status = 'queued', changed_at = ?, execution = execution + 1, orders = ?, totals = NULL, completed_at = NULL, error = NULL, failing = NULL, process = ?
       WHERE run = ?`,
      at,
      JSON.stringify(order),
      this.#process,
      row.run,
    );
    this.#begin(row.run, row.execution + 1);
    this.#events.add(row.run_id, { at, type: 'run.queued' });
    return true;
  }

  markFailing(ref: string, ordinal: number): boolean {
    const { runId, execution } = readRef(ref);
    return this.#sql.do(
      'UPDATE runs SET failing = ?1 WHERE run = ?2 AND execution = ?3 AND coalesce(failing, ?1) = ?1',
      ordinal,
      this.#keys.ofRun(runId),
      execution,
    );
  }

  end(ref: string, { status, error, totals, at }: RunEnd): boolean {
    const { runId, execution } = readRef(ref);
    const row = this.#sql.one<RunRow>(
      `SELECT * FROM runs WHERE run = ? AND execution = ? AND status NOT IN (${ENDED})`,
      this.#keys.ofRun(runId),
      execution,
    );
    if (row === undefined) return false;
    const text = JSON.stringify(totals);
    this.#sql.do(
      `UPDATE runs SET status = ?, error = ?, completed_at = ?3, stopped_at = ?3, changed_at = ?3, tokens_used = ?, totals = ?5, counted = ?5 WHERE run = ?6`,
      status,
      error && JSON.stringify(error),
      at,
      totals.tokens,
      text,
      row.run,
    );
    const added = addedTotals(totals, readTotals(row.counted));
    this.#sql.do(
      `UPDATE statistics SET plans_executed = plans_executed + ?, tasks_executed = tasks_executed + ?,
       tasks_completed = tasks_completed + ?, tasks_failed = tasks_failed + ?, tasks_retried = tasks_retried + ?,
       tokens_used = tokens_used + ?`,
      added.plans_executed,
      added.tasks_executed,
      added.tasks_completed,
      added.tasks_failed,
      added.tasks_retried,
      added.tokens_used,
    );
    this.#endExecution(row);
    this.#events.add(runId, { at, type: `run.${status}`, ...(error === null ? {} : { error }) });
    return true;
  }

  #begin(run: number, number: number): void {
    this.#sql.do('INSERT INTO executions (run, number) VALUES (?, ?)', run, number);
  }

  /** Who is late in it finds nothing, and leaves nothing behind. */
  #endExecution({ run, run_id, execution }: RunRow): void {
    clearCoordination(this.#sql, run);
    this.#keys.executionIsOver(run_id, execution);
  }

  #row(runId: string): RunRow | undefined {
    return this.#sql.one<RunRow>('SELECT * FROM runs WHERE run = ?', this.#keys.ofRun(runId));
  }

  /** The run's row, where it is in this execution and one of these statuses. */
  #rowIn(ref: string, statuses: readonly RunStatus[]): RunRow | undefined {
    const { runId, execution } = readRef(ref);
    const row = this.#row(runId);
    return row !== undefined && row.execution === execution && statuses.includes(row.status as RunStatus) ? row : undefined;
  }
}

/** Packed as fast as can be: on this machine bytes cost nothing but the time to write them. */
export function packSpec(spec: RunSpec): PackedSpec {
  const bytes = deflateRawSync(JSON.stringify(spec), { level: 1 });
  return { bytes, taskCount: taskCountOf(spec), ordinalCount: spec.tasks.length };
}
