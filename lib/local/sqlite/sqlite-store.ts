import type { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { JsonObject } from '../../model/json.ts';
import { FINAL_TASK_STATUSES, type RunStatus, type TaskStatus } from '../../model/run.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { Usage } from '../../model/usage.ts';
import type {
  Callback,
  Demand,
  EndedRun,
  EndedRuns,
  NewRun,
  Place,
  Run,
  RunEvent,
  RunPlace,
  RunPlan,
  RunState,
  RunStore,
  RunTotals,
  SharedPool,
  SharedPoolStatus,
  Statistics,
  TaskError,
  TaskItem,
  TaskKey,
  Turn,
  Waiter,
  WaitingRuns,
} from '../../runtime/ports.ts';
import { listEnded, RUN_COORDINATION, removeRun } from './ended-runs.ts';
import { RunExistsError } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { openDatabase } from './open-database.ts';
import { PlaceTables } from './place-tables.ts';
import {
  type EventRow,
  RUN_STATE_COLUMNS,
  type RunRow,
  type RunStateRow,
  readEvent,
  readRun,
  readRunState,
  readTask,
  type TaskRow,
} from './rows.ts';
import { SharedPoolTables } from './shared-pool-tables.ts';
import { Statements } from './statements.ts';

/** Up to so many are written into the statement, of which one is kept for each number. */
const LISTED_ORDINALS = 8;
const FINAL = FINAL_TASK_STATUSES.map((status) => `'${status}'`).join();

/** Beyond it sums are not exact any more, and SQLite's integers not JavaScript's. */
const MOST = Number.MAX_SAFE_INTEGER;
const ADD_USAGE = `UPDATE runs SET tokens_used = min(tokens_used + ?, ${MOST}), cost_nano_usd = min(cost_nano_usd + ?, ${MOST}) WHERE run = ?`;

const INSERT_EVENT = 'INSERT INTO events SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM events WHERE run = ?1';

export interface SqliteStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Wait for the disk at each step. Default false. */
  readonly fsync?: boolean;
  /** Called after the step that made the event is committed. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** The store on `node:sqlite`: a file that several processes may use at once, or memory. */
export class SqliteStore implements RunStore, EndedRuns {
  readonly #database: DatabaseSync;
  readonly #onEvent: ((event: RunEvent) => void) | undefined;
  readonly #sql: Statements;
  readonly #places: PlaceTables;
  readonly #sharedPools: SharedPoolTables;
  readonly #keys = new Map<string, number>();
  readonly #commits: GroupCommit;
  /** Made by the step that is being run. */
  #events: RunEvent[] = [];

  /** @throws StoreUnusableError */
  constructor(options: SqliteStoreOptions) {
    this.#database = openDatabase(options.path, options.fsync ?? false);
    this.#sql = new Statements(this.#database);
    this.#places = new PlaceTables(this.#sql);
    this.#sharedPools = new SharedPoolTables(this.#sql);
    this.#onEvent = options.onEvent;
    this.#commits = new GroupCommit(this.#database, options.path !== ':memory:');
  }

  close(): void {
    if (!this.#database.isOpen) return;
    this.#commits.flush();
    this.#sql.clear();
    this.#database.close();
  }

  /** @throws RunExistsError */
  async createRun(run: NewRun, spec?: RunSpec): Promise<{ run_id: string; created: boolean }> {
    const packed = spec && packSpec(spec);
    return this.#step(() => {
      const key = run.idempotency_key ?? null;
      const earlier = this.#sql.one<{ run_id: string }>('SELECT run_id FROM runs WHERE idempotency_key = ?', key);
      if (earlier !== undefined) return { run_id: earlier.run_id, created: false };
      if (this.#sql.one('SELECT 1 FROM runs WHERE run_id = ?', run.run_id) !== undefined) throw new RunExistsError(run.run_id);
      const row = this.#sql.one<{ run: number }>(
        `INSERT INTO runs (run_id, plan_id, goal_id, status, task_count, context, created_at, idempotency_key)
         VALUES (?, ?, ?, 'queued', ?, ?, ?, ?) RETURNING run`,
        run.run_id,
        run.plan_id,
        run.goal_id,
        spec?.tasks.length ?? 0,
        JSON.stringify(run.context),
        run.created_at,
        key,
      );
      this.#keys.set(run.run_id, row!.run);
      if (packed !== undefined) this.#sql.do('INSERT INTO specs VALUES (?, ?)', row!.run, packed);
      this.#event(run.run_id, { at: run.created_at, type: 'run.queued' });
      return { run_id: run.run_id, created: true };
    });
  }

  async planRun(runId: string, { plan_id, goal_id, context }: RunPlan, spec: RunSpec): Promise<boolean> {
    const packed = packSpec(spec);
    return this.#step(() => {
      const planned = this.#sql.one<{ run: number }>(
        `UPDATE runs SET plan_id = ?, goal_id = ?, context = ?, task_count = ?
         WHERE run_id = ? AND status = 'queued' AND task_count = 0 RETURNING run`,
        plan_id,
        goal_id,
        JSON.stringify(context),
        spec.tasks.length,
        runId,
      );
      if (planned !== undefined) this.#sql.do('INSERT INTO specs VALUES (?, ?)', planned.run, packed);
      return planned !== undefined;
    });
  }

  async getRun(runId: string): Promise<Run | undefined> {
    return this.#run(runId);
  }

  async listRuns(limit: number, after?: RunPlace): Promise<Run[]> {
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

  /** Runs that were accepted and not started, the oldest first. */
  async listQueued(): Promise<string[]> {
    return this.#sql.all<{ run_id: string }>(`SELECT run_id FROM runs WHERE status = 'queued' ORDER BY run`).map((row) => row.run_id);
  }

  async getSpec(runId: string): Promise<RunSpec | undefined> {
    const row = this.#sql.one<{ spec: Uint8Array }>('SELECT spec FROM specs WHERE run = ?', this.#key(runId));
    return row && (JSON.parse(inflateRawSync(row.spec).toString()) as RunSpec);
  }

  async startRun(runId: string, at: string): Promise<boolean> {
    return this.#step(() => {
      const started = this.#sql.do(
        `UPDATE runs SET status = 'executing', started_at = ? WHERE run = ? AND status = 'queued'`,
        at,
        this.#key(runId),
      );
      if (started) this.#event(runId, { at, type: 'run.executing' });
      return started;
    });
  }

  async endRun(runId: string, end: { status: RunStatus; error: TaskError | null; totals: RunTotals; at: string }): Promise<boolean> {
    const { status, error, totals, at } = end;
    return this.#step(() => {
      const run = this.#key(runId);
      const ended = this.#sql.do(
        `UPDATE runs SET status = ?, error = ?, completed_at = ?, tokens_used = ?, totals = ?
         WHERE run = ? AND status NOT IN ('completed', 'failed', 'cancelled')`,
        status,
        error && JSON.stringify(error),
        at,
        totals.tokens,
        JSON.stringify(totals),
        run,
      );
      if (!ended) return false;
      this.#sql.do(
        `UPDATE statistics SET plans_executed = plans_executed + 1, tasks_executed = tasks_executed + ?,
         tasks_completed = tasks_completed + ?, tasks_failed = tasks_failed + ?, tasks_retried = tasks_retried + ?,
         tokens_used = tokens_used + ?`,
        totals.executed,
        totals.completed,
        totals.failed,
        totals.retries,
        totals.tokens,
      );
      for (const table of RUN_COORDINATION) this.#sql.do(`DELETE FROM ${table} WHERE run = ?`, run);
      this.#event(runId, { at, type: `run.${status}`, ...(error === null ? {} : { error }) });
      return true;
    });
  }

  async readTasks(
    runId: string,
    ordinals: readonly number[],
    outputsOf: readonly number[] = ordinals,
  ): Promise<{ run: RunState | undefined; tasks: Map<number, TaskItem> }> {
    const key = this.#key(runId);
    const run = this.#sql.one<RunStateRow>(`SELECT ${RUN_STATE_COLUMNS.join()} FROM runs WHERE run = ?`, key);
    const rows = this.#taskRows(key, ordinals);
    const withOutputs = outputsOf === ordinals ? undefined : new Set(outputsOf);
    const read = (row: TaskRow): TaskItem => readTask(withOutputs?.has(row.ordinal) === false ? { ...row, outputs: null } : row);
    return { run: run && readRunState(run), tasks: new Map(rows.map((row) => [row.ordinal, read(row)])) };
  }

  #taskRows(run: number, ordinals: readonly number[]): TaskRow[] {
    if (ordinals.length <= LISTED_ORDINALS)
      return this.#sql.all(`SELECT * FROM tasks WHERE run = ? AND ordinal IN (${ordinals.map(() => '?').join()})`, run, ...ordinals);
    return this.#sql.all(
      'SELECT * FROM tasks WHERE run = ? AND ordinal IN (SELECT value FROM json_each(?))',
      run,
      JSON.stringify(ordinals),
    );
  }

  async listTasks(runId: string): Promise<TaskItem[]> {
    return this.#sql.all<TaskRow>('SELECT * FROM tasks WHERE run = ? ORDER BY ordinal', this.#key(runId)).map(readTask);
  }

  async countTasks(runId: string): Promise<RunTotals> {
    const row = this.#sql.one<Record<string, number>>(
      `SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
         count(*) FILTER (WHERE status = 'blocked') AS blocked, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
         count(*) FILTER (WHERE status = 'skipped') AS skipped, count(*) FILTER (WHERE attempt > 0) AS executed,
         coalesce(sum(attempt - 1) FILTER (WHERE attempt > 1), 0) AS retries, count(*) FILTER (WHERE status IN (${FINAL})) AS final,
         coalesce(sum(json_extract(outputs, '$.tokens_used')) FILTER (WHERE json_type(outputs, '$.tokens_used') = 'integer'), 0) AS tokens
       FROM tasks WHERE run = ?`,
      this.#key(runId),
    )!;
    const { completed, failed, blocked, cancelled, skipped, executed, retries, tokens, final } = row as Record<keyof typeof row, number>;
    const taskCount = this.#run(runId)?.task_count ?? 0;
    return {
      completed: completed!,
      failed: failed!,
      blocked: blocked!,
      cancelled: cancelled!,
      skipped: skipped!,
      executed: executed!,
      retries: retries!,
      tokens: tokens!,
      unfinished: taskCount - final!,
    };
  }

  async claimTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean> {
    return this.#step(() => {
      const run = this.#key(runId);
      const claimed =
        attempt === 1
          ? this.#sql.do(
              `INSERT INTO tasks (run, ordinal, status, attempt, started_at) VALUES (?, ?, 'executing', 1, ?) ON CONFLICT DO NOTHING`,
              run,
              task.ordinal,
              at,
            )
          : this.#sql.do(
              `UPDATE tasks SET status = 'executing', attempt = ?, started_at = coalesce(started_at, ?)
               WHERE run = ? AND ordinal = ? AND attempt = ? AND status NOT IN (${FINAL})`,
              attempt,
              at,
              run,
              task.ordinal,
              attempt - 1,
            );
      if (claimed) this.#event(runId, { at, type: 'task.executing', task_id: task.id, attempt });
      return claimed;
    });
  }

  async completeTask(runId: string, task: TaskKey, attempt: number, outputs: JsonObject, at: string, usage?: Usage): Promise<boolean> {
    const text = JSON.stringify(outputs);
    return this.#step(() => {
      const run = this.#key(runId);
      const completed = this.#sql.do(
        `UPDATE tasks SET status = 'completed', outputs = ?, error = NULL, completed_at = ?
         WHERE run = ? AND ordinal = ? AND attempt = ? AND status = 'executing'`,
        text,
        at,
        run,
        task.ordinal,
        attempt,
      );
      if (completed && usage !== undefined) this.#sql.do(ADD_USAGE, usage.tokens, usage.nanoUsd, run);
      if (completed) this.#event(runId, { at, type: 'task.completed', task_id: task.id, attempt });
      return completed;
    });
  }

  async releaseTask(runId: string, task: TaskKey, attempt: number, error: TaskError, at: string): Promise<boolean> {
    return this.#step(() => {
      const released = this.#sql.do(
        `UPDATE tasks SET status = 'pending', error = ? WHERE run = ? AND ordinal = ? AND attempt = ? AND status = 'executing'`,
        JSON.stringify(error),
        this.#key(runId),
        task.ordinal,
        attempt,
      );
      if (released) this.#event(runId, { at, type: 'task.pending', task_id: task.id, attempt, error });
      return released;
    });
  }

  async failTask(runId: string, task: TaskKey, error: TaskError, at: string): Promise<TaskItem> {
    return this.#step(() => {
      const row = this.#end(runId, task, 'failed', error, at);
      if (row !== undefined) return readTask(row);
      return readTask(this.#sql.one<TaskRow>('SELECT * FROM tasks WHERE run = ? AND ordinal = ?', this.#key(runId), task.ordinal)!);
    });
  }

  async blockTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#endAll(runId, tasks, 'blocked', error, at);
  }

  async cancelTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#endAll(runId, tasks, 'cancelled', error, at);
  }

  async cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    const run = this.#key(runId);
    await this.#step(() => {
      for (const task of tasks) {
        const wasClaimed = this.#sql.one('SELECT 1 FROM tasks WHERE run = ? AND ordinal = ? AND attempt > 0', run, task.ordinal);
        if (wasClaimed === undefined) this.#end(runId, task, 'cancelled', error, at);
      }
    });
  }

  async skipTasks(runId: string, tasks: readonly TaskKey[], at: string): Promise<void> {
    await this.#endAll(runId, tasks, 'skipped', null, at);
  }

  async markFailing(runId: string, ordinal: number): Promise<boolean> {
    return this.#step(() =>
      this.#sql.do(
        'UPDATE runs SET failing = coalesce(failing, ?1) WHERE run = ?2 AND coalesce(failing, ?1) = ?1',
        ordinal,
        this.#key(runId),
      ),
    );
  }

  async #endAll(runId: string, tasks: readonly TaskKey[], status: TaskStatus, error: TaskError | null, at: string): Promise<void> {
    await this.#step(() => {
      for (const task of tasks) this.#end(runId, task, status, error, at);
    });
  }

  /** Ends a task without outputs unless it has ended; the row if it did. */
  #end(runId: string, task: TaskKey, status: TaskStatus, error: TaskError | null, at: string): TaskRow | undefined {
    const row = this.#sql.one<TaskRow>(
      `INSERT INTO tasks (run, ordinal, status, attempt, error, completed_at) VALUES (?1, ?2, ?3, 0, ?4, ?5)
       ON CONFLICT DO UPDATE SET status = ?3, error = ?4, completed_at = ?5 WHERE status NOT IN (${FINAL}) RETURNING *`,
      this.#key(runId),
      task.ordinal,
      status,
      error && JSON.stringify(error),
      at,
    );
    if (row !== undefined) {
      this.#event(runId, { at, type: `task.${status}`, task_id: task.id, attempt: row.attempt, ...(error === null ? {} : { error }) });
    }
    return row;
  }

  async putCallback(callbackId: string, { run_id, ordinal, attempt, token }: Callback): Promise<void> {
    await this.#step(() =>
      this.#sql.do('INSERT INTO callbacks VALUES (?, ?, ?, ?, ?)', callbackId, this.#key(run_id), ordinal, attempt, token),
    );
  }

  async getCallback(callbackId: string): Promise<Callback | undefined> {
    return this.#sql.one<Callback>(
      'SELECT run_id, ordinal, attempt, token FROM callbacks JOIN runs USING (run) WHERE callback_id = ?',
      callbackId,
    );
  }

  async addToken(runId: string, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean; final: boolean }> {
    const run = this.#key(runId);
    return this.#step(() => {
      const reentered = this.#sql.one('SELECT 1 FROM tokens WHERE run = ? AND ordinal = ? LIMIT 1', run, ordinal) !== undefined;
      this.#sql.do('INSERT OR IGNORE INTO tokens VALUES (?, ?, ?)', run, ordinal, token);
      const gate = this.#sql.one<{ arrived: number }>('SELECT arrived FROM gates WHERE run = ? AND ordinal = ?', run, ordinal);
      const final = this.#sql.one(`SELECT 1 FROM tasks WHERE run = ? AND ordinal = ? AND status IN (${FINAL})`, run, ordinal) !== undefined;
      return { arrived: gate?.arrived ?? 0, reentered, final };
    });
  }

  async addArrival(runId: string, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }> {
    const run = this.#key(runId);
    return this.#step(() => {
      const isNew = this.#sql.do('INSERT OR IGNORE INTO arrivals VALUES (?, ?, ?)', run, ordinal, dependency);
      const gate = this.#sql.one<{ arrived: number }>(
        'INSERT INTO gates VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET arrived = arrived + ?3 RETURNING arrived',
        run,
        ordinal,
        isNew ? 1 : 0,
      );
      const hasToken = this.#sql.one('SELECT 1 FROM tokens WHERE run = ? AND ordinal = ? LIMIT 1', run, ordinal) !== undefined;
      return { arrived: gate!.arrived, hasToken };
    });
  }

  async listTokens(runId: string, ordinal: number): Promise<string[]> {
    return this.#sql
      .all<{ token: string }>('SELECT token FROM tokens WHERE run = ? AND ordinal = ?', this.#key(runId), ordinal)
      .map((row) => row.token);
  }

  async takePlaces(runId: string, ordinal: number, demand: Demand): Promise<boolean> {
    return this.#step(() => this.#places.take(this.#key(runId), ordinal, demand));
  }

  async freePlaces(runId: string, ordinal: number, demand: Demand): Promise<void> {
    await this.#step(() => this.#places.free(this.#key(runId), ordinal, demand));
  }

  async listHolders(runId: string, places: readonly Place[]): Promise<number[]> {
    return this.#places.holders(this.#key(runId), places);
  }

  async putWaiting(runId: string, waiter: Waiter, demand: Demand): Promise<void> {
    await this.#step(() => this.#places.putWaiting(this.#key(runId), waiter, demand));
  }

  async deleteWaiting(runId: string, ordinal: number): Promise<void> {
    await this.#step(() => this.#places.deleteWaiting(this.#key(runId), ordinal));
  }

  async isWaiting(runId: string, ordinal: number): Promise<boolean> {
    return this.#places.isWaiting(this.#key(runId), ordinal);
  }

  async isOutranked(runId: string, rank: number, demands: readonly Demand[]): Promise<boolean> {
    return this.#places.isOutranked(this.#key(runId), rank, demands);
  }

  async takeForBest(runId: string, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined> {
    return this.#step(() => this.#places.takeForBest(this.#key(runId), demands, turn));
  }

  /** Leaves a token for the process that waits under it. */
  async putMail(token: string): Promise<void> {
    await this.#step(() => this.#sql.do('INSERT OR IGNORE INTO mail VALUES (?)', token));
  }

  /** Takes what was left for the process of this mark. */
  async takeMail(mark: string): Promise<string[]> {
    const left = this.#sql.all<{ token: string }>('SELECT token FROM mail WHERE token >= ?1 AND token < ?1 || char(1114111)', mark);
    if (left.length === 0) return [];
    await this.#step(() => {
      for (const { token } of left) this.#sql.do('DELETE FROM mail WHERE token = ?', token);
    });
    return left.map(({ token }) => token);
  }

  async putSharedPool(pool: SharedPool): Promise<void> {
    await this.#step(() => this.#sharedPools.put(pool));
  }

  async listSharedPools(): Promise<SharedPoolStatus[]> {
    return this.#sharedPools.list();
  }

  async listWaitingRuns(_runId: string, pool: string): Promise<WaitingRuns> {
    return this.#sharedPools.waitingRuns(pool);
  }

  /** Waiting runs are found by their waiting tasks: there is nothing to forget. */
  async forgetWaitingRun(): Promise<void> {}

  async listSharedHolders(_runId: string, pool: string): Promise<{ run_id: string; ordinal: number }[]> {
    return this.#sharedPools.holders(pool);
  }

  async leaveSharedPool(runId: string, pool: string): Promise<void> {
    await this.#step(() => this.#sharedPools.leave(this.#key(runId), pool));
  }

  async listEvents(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]> {
    const rows = this.#sql.all<EventRow>(
      'SELECT * FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?',
      this.#key(runId),
      afterSeq,
      limit,
    );
    return rows.map((row) => readEvent(runId, row));
  }

  async getStatistics(): Promise<Statistics> {
    return this.#sql.one<Statistics & { only_row: number }>(
      'SELECT plans_executed, tasks_executed, tasks_completed, tasks_failed, tasks_retried, tokens_used FROM statistics',
    )!;
  }

  async listEnded(before: string, limit: number): Promise<EndedRun[]> {
    return listEnded(this.#sql, before, limit);
  }

  async removeRun(ended: EndedRun): Promise<void> {
    await this.#step(() => removeRun(this.#sql, ended));
    this.#keys.delete(ended.run_id);
  }

  /** Runs `work` as one atomic step and tells of its events once it is committed. */
  async #step<T>(work: () => T): Promise<T> {
    const { result, events } = await this.#commits.run(() => {
      this.#events = [];
      return { result: work(), events: this.#events };
    });
    for (const event of events) this.#onEvent?.(event);
    return result;
  }

  #event(runId: string, event: Omit<RunEvent, 'seq' | 'run_id'>): void {
    const { at, type, task_id, attempt, error } = event;
    const values = [this.#key(runId), at, type, task_id ?? null, attempt ?? null, error === undefined ? null : JSON.stringify(error)];
    if (this.#onEvent === undefined) {
      this.#sql.do(INSERT_EVENT, ...values);
      return;
    }
    const row = this.#sql.one<{ seq: number }>(`${INSERT_EVENT} RETURNING seq`, ...values);
    this.#events.push({ seq: row!.seq, run_id: runId, ...event });
  }

  #run(runId: string): Run | undefined {
    const row = this.#sql.one<RunRow>('SELECT * FROM runs WHERE run = ?', this.#key(runId));
    return row && readRun(row);
  }

  /** The run's number in the tables; -1, which no run has, for an unknown one. */
  #key(runId: string): number {
    let key = this.#keys.get(runId);
    if (key === undefined) {
      key = this.#sql.one<{ run: number }>('SELECT run FROM runs WHERE run_id = ?', runId)?.run;
      if (key === undefined) return -1;
      if (this.#keys.size >= 1000) this.#keys.clear();
      this.#keys.set(runId, key);
    }
    return key;
  }
}

function packSpec(spec: RunSpec): Uint8Array {
  return deflateRawSync(JSON.stringify(spec), { level: 1 });
}
