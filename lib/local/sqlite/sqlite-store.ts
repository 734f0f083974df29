import type { DatabaseSync } from 'node:sqlite';
import { readRef, refOf } from '../../model/execution-ref.ts';
import type { JsonObject } from '../../model/json.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { Usage } from '../../model/usage.ts';
import type { BlobStore } from '../../runtime/ports/blob-store.ts';
import type { EndedRun, EndedRuns } from '../../runtime/ports/ended-runs.ts';
import type { Demand, Place, SharedPool, SharedPoolStatus, Turn, Waiter, WaitingRuns } from '../../runtime/ports/places.ts';
import type { RunEvent } from '../../runtime/ports/run-event.ts';
import type { RunStore } from '../../runtime/ports/run-store.ts';
import type { NewRun, Run, RunControl, RunOrder, RunPlace, RunPlan, RunState, RunTotals, Statistics } from '../../runtime/ports/runs.ts';
import type { StoredPlan, StoredPlanEntry } from '../../runtime/ports/stored-plans.ts';
import type {
  Callback,
  Expansion,
  NewExpansion,
  TaskError,
  TaskItem,
  TaskKey,
  TaskProgress,
  TaskReset,
} from '../../runtime/ports/tasks.ts';
import { listEnded, removeRun } from './ended-runs.ts';
import { EventTable } from './event-table.ts';
import { ExpansionTable } from './expansion-table.ts';
import { GateTables } from './gate-tables.ts';
import { GroupCommit } from './group-commit.ts';
import { openDatabase } from './open-database.ts';
import { PlaceTables } from './place-tables.ts';
import { PlanTables } from './plan-tables.ts';
import { RunKeys } from './run-keys.ts';
import { packSpec, type RunEnd, RunTables, type UnfinishedRun } from './run-tables.ts';
import { SharedPoolTables } from './shared-pool-tables.ts';
import { SqliteBlobStore } from './sqlite-blob-store.ts';
import { Statements } from './statements.ts';
import { ResetRefusedError, TaskTables } from './task-tables.ts';

export interface SqliteStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Wait for the disk at each step. Default false. */
  readonly fsync?: boolean;
  /** Stands with the runs that are started through this store: who finds them can tell whether that process still lives. */
  readonly process?: string | undefined;
  /** Claims are not refused by how the run stands, as in a store whose claims write the task alone: for tests. Default 0: they are. */
  readonly claimLagSec?: number | undefined;
  /** Called after the step that made the event is committed. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** The same for events of runs, not of tasks. */
  readonly onRunEvent?: ((event: RunEvent) => void) | undefined;
}

/** The store on `node:sqlite`: a file that several processes may use at once, or memory. */
export class SqliteStore implements RunStore, EndedRuns {
  readonly claimLagSec: number;
  readonly blobs: BlobStore;
  readonly #database: DatabaseSync;
  readonly #onEvent: SqliteStoreOptions['onEvent'];
  readonly #onRunEvent: SqliteStoreOptions['onRunEvent'];
  readonly #sql: Statements;
  readonly #keys: RunKeys;
  readonly #events: EventTable;
  readonly #runs: RunTables;
  readonly #expansions: ExpansionTable;
  readonly #tasks: TaskTables;
  readonly #gates: GateTables;
  readonly #places: PlaceTables;
  readonly #sharedPools: SharedPoolTables;
  readonly #plans: PlanTables;
  readonly #commits: GroupCommit;

  /** @throws StoreUnusableError */
  constructor(options: SqliteStoreOptions) {
    this.claimLagSec = options.claimLagSec ?? 0;
    this.#database = openDatabase(options.path, options.fsync ?? false);
    this.#sql = new Statements(this.#database);
    this.#keys = new RunKeys(this.#sql);
    this.#onEvent = options.onEvent;
    this.#onRunEvent = options.onRunEvent;
    const heard = options.onEvent !== undefined ? 'all' : options.onRunEvent !== undefined ? 'of runs' : 'none';
    this.#events = new EventTable(this.#sql, this.#keys, heard);
    this.#runs = new RunTables(this.#sql, this.#keys, this.#events, options.process);
    this.#expansions = new ExpansionTable(this.#sql, this.#keys);
    this.#tasks = new TaskTables(this.#sql, this.#keys, this.#events, this.claimLagSec === 0);
    this.#gates = new GateTables(this.#sql);
    this.#places = new PlaceTables(this.#sql);
    this.#sharedPools = new SharedPoolTables(this.#sql);
    this.#plans = new PlanTables(this.#sql);
    this.#commits = new GroupCommit(this.#sql, options.path !== ':memory:');
    this.blobs = new SqliteBlobStore(this.#sql, (work) => this.#step(work));
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
    return this.#step(() => this.#runs.create(run, packed));
  }

  async planRun(ref: string, plan: RunPlan, spec: RunSpec): Promise<boolean> {
    const packed = packSpec(spec);
    return this.#step(() => this.#runs.plan(ref, plan, packed));
  }

  async getRun(runId: string): Promise<Run | undefined> {
    return this.#runs.get(runId);
  }

  async getControl(runId: string): Promise<RunControl | undefined> {
    return this.#runs.control(runId);
  }

  async listRuns(limit: number, after?: RunPlace): Promise<Run[]> {
    return this.#runs.list(limit, after);
  }

  /** Runs that have begun, or are to begin, and neither ended nor were paused: the oldest first. */
  async listUnfinished(): Promise<UnfinishedRun[]> {
    return this.#runs.unfinished();
  }

  async getUnfinished(runId: string): Promise<UnfinishedRun | undefined> {
    return this.#runs.unfinishedOne(runId);
  }

  /** Takes a run that is queued over from a process; false when another has it by now. */
  async takeRun(runId: string, from: string): Promise<boolean> {
    return this.#step(() => this.#runs.take(runId, from));
  }

  /** The mark of the process that has the run: it accepted, reopened or started it last. */
  async processOf(runId: string): Promise<string | null> {
    return this.#runs.process(runId);
  }

  async getSpec(ref: string): Promise<RunSpec | undefined> {
    return this.#runs.spec(ref);
  }

  async addExpansion(ref: string, expansion: NewExpansion): Promise<Expansion | undefined> {
    return this.#step(() => this.#expansions.add(ref, expansion));
  }

  async listExpansions(runId: string): Promise<Expansion[]> {
    return this.#expansions.list(runId);
  }

  async startRun(ref: string, at: string): Promise<boolean> {
    return this.#step(() => this.#runs.start(ref, at));
  }

  async moveRun(ref: string, from: readonly RunStatus[], to: 'pausing' | 'paused' | 'cancelling', at: string): Promise<boolean> {
    return this.#step(() => this.#runs.move(ref, from, to, at));
  }

  async reopenRun(ref: string, from: readonly RunStatus[], order: RunOrder, at: string): Promise<boolean> {
    return this.#step(() => this.#runs.reopen(ref, from, order, at));
  }

  async endRun(ref: string, end: RunEnd): Promise<boolean> {
    return this.#step(() => this.#runs.end(ref, end));
  }

  async readTasks(
    runId: string,
    ordinals: readonly number[],
    outputsOf: readonly number[] = ordinals,
  ): Promise<{ run: RunState | undefined; tasks: Map<number, TaskItem> }> {
    return this.#tasks.read(runId, ordinals, outputsOf);
  }

  async listTasks(runId: string): Promise<TaskItem[]> {
    return this.#tasks.list(runId);
  }

  async listProgress(runId: string): Promise<TaskProgress[]> {
    return this.#tasks.progress(runId);
  }

  async countTasks(runId: string): Promise<RunTotals> {
    return this.#tasks.count(runId, this.#runs.get(runId)?.task_count ?? 0);
  }

  async claimTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean> {
    return this.#step(() => this.#tasks.claim(runId, task, attempt, at));
  }

  async completeTask(runId: string, task: TaskKey, attempt: number, outputs: JsonObject, at: string, usage?: Usage): Promise<boolean> {
    const text = JSON.stringify(outputs);
    return this.#step(() => this.#tasks.complete(runId, task, attempt, text, at, usage));
  }

  async releaseTask(runId: string, task: TaskKey, attempt: number, error: TaskError, at: string): Promise<boolean> {
    return this.#step(() => this.#tasks.release(runId, task, attempt, error, at));
  }

  async failTask(runId: string, task: TaskKey, error: TaskError, at: string): Promise<TaskItem> {
    return this.#step(() => this.#tasks.fail(runId, task, error, at));
  }

  async blockTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#step(() => this.#tasks.endAll(runId, tasks, 'blocked', error, at));
  }

  async cancelTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#step(() => this.#tasks.endAll(runId, tasks, 'cancelled', error, at));
  }

  async cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#step(() => this.#tasks.cancelUnstarted(runId, tasks, error, at));
  }

  async skipTasks(runId: string, tasks: readonly TaskKey[], at: string): Promise<void> {
    await this.#step(() => this.#tasks.endAll(runId, tasks, 'skipped', null, at));
  }

  async markFailing(ref: string, ordinal: number): Promise<boolean> {
    return this.#step(() => this.#runs.markFailing(ref, ordinal));
  }

  async touchTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean> {
    return this.#step(() => this.#tasks.touch(runId, task, attempt, at));
  }

  async resetTasks(ref: string, resets: readonly TaskReset[], forgive: boolean, at: string): Promise<boolean> {
    try {
      await this.#step(() => this.#tasks.reset(ref, resets, forgive, at));
      return true;
    } catch (error) {
      if (error instanceof ResetRefusedError) return false;
      throw error;
    }
  }

  async putCallback(callbackId: string, { ref, ordinal, attempt, token }: Callback): Promise<void> {
    const { runId, execution } = readRef(ref);
    await this.#step(() =>
      this.#sql.do(
        'INSERT INTO callbacks VALUES (?, ?, ?, ?, ?, ?)',
        callbackId,
        this.#keys.ofRun(runId),
        execution,
        ordinal,
        attempt,
        token,
      ),
    );
  }

  async getCallback(callbackId: string): Promise<Callback | undefined> {
    const row = this.#sql.one<Omit<Callback, 'ref'> & { run_id: string; execution: number }>(
      'SELECT run_id, c.execution, ordinal, attempt, token FROM callbacks c JOIN runs USING (run) WHERE callback_id = ?',
      callbackId,
    );
    if (row === undefined) return undefined;
    const { run_id: runId, execution, ...callback } = row;
    return { ref: refOf({ runId, execution }), ...callback };
  }

  async addToken(ref: string, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean; final: boolean }> {
    return this.#step(() => ({
      ...this.#gates.addToken(this.#keys.ofExecution(ref), ordinal, token),
      final: this.#tasks.isFinal(readRef(ref).runId, ordinal),
    }));
  }

  async addArrival(ref: string, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }> {
    return this.#step(() => this.#gates.addArrival(this.#keys.ofExecution(ref), ordinal, dependency));
  }

  async listTokens(ref: string, ordinal: number): Promise<string[]> {
    return this.#gates.tokens(this.#keys.ofExecution(ref), ordinal);
  }

  async addChildToken(ref: string, ordinal: number, token: string): Promise<void> {
    const execution = this.#keys.ofExecution(ref);
    await this.#step(() => this.#sql.do('INSERT OR IGNORE INTO child_tokens VALUES (?, ?, ?)', execution, ordinal, token));
  }

  async listChildTokens(ref: string, ordinal: number): Promise<string[]> {
    const sql = 'SELECT token FROM child_tokens WHERE execution = ? AND ordinal = ?';
    return this.#sql.all<{ token: string }>(sql, this.#keys.ofExecution(ref), ordinal).map(({ token }) => token);
  }

  async putStoredPlan(stored: StoredPlan): Promise<void> {
    await this.#step(() => this.#plans.put(stored));
  }

  async getStoredPlan(name: string): Promise<StoredPlan | undefined> {
    return this.#plans.get(name);
  }

  async listStoredPlans(limit: number, after?: string): Promise<StoredPlanEntry[]> {
    return this.#plans.list(limit, after);
  }

  async deleteStoredPlan(name: string): Promise<boolean> {
    return this.#step(() => this.#plans.delete(name));
  }

  async takePlaces(ref: string, ordinal: number, demand: Demand): Promise<boolean> {
    return this.#step(() => this.#places.take(this.#keys.ofExecution(ref), ordinal, demand));
  }

  async freePlaces(ref: string, ordinal: number, demand: Demand): Promise<void> {
    await this.#step(() => this.#places.free(this.#keys.ofExecution(ref), ordinal, demand));
  }

  async listHolders(ref: string, places: readonly Place[]): Promise<number[]> {
    return this.#places.holders(this.#keys.ofExecution(ref), places);
  }

  async putWaiting(ref: string, waiter: Waiter, demand: Demand): Promise<void> {
    await this.#step(() => this.#places.putWaiting(this.#keys.ofExecution(ref), waiter, demand));
  }

  async deleteWaiting(ref: string, ordinal: number): Promise<void> {
    await this.#step(() => this.#places.deleteWaiting(this.#keys.ofExecution(ref), ordinal));
  }

  async isWaiting(ref: string, ordinal: number): Promise<boolean> {
    return this.#places.isWaiting(this.#keys.ofExecution(ref), ordinal);
  }

  async isOutranked(ref: string, rank: number, demands: readonly Demand[]): Promise<boolean> {
    return this.#places.isOutranked(this.#keys.ofExecution(ref), rank, demands);
  }

  async takeForBest(ref: string, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined> {
    return this.#step(() => this.#places.takeForBest(this.#keys.ofExecution(ref), demands, turn));
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

  async listWaitingRuns(_ref: string, pool: string): Promise<WaitingRuns> {
    return this.#sharedPools.waitingRuns(pool);
  }

  /** Waiting runs are found by their waiting tasks: there is nothing to forget. */
  async forgetWaitingRun(): Promise<void> {}

  async listSharedHolders(_ref: string, pool: string): Promise<{ ref: string; ordinal: number }[]> {
    return this.#sharedPools.holders(pool);
  }

  async leaveSharedPool(ref: string, pool: string): Promise<void> {
    await this.#step(() => this.#sharedPools.leave(this.#keys.ofExecution(ref), pool));
  }

  async listEvents(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]> {
    return this.#events.list(runId, afterSeq, limit);
  }

  async getStatistics(): Promise<Statistics> {
    return this.#sql.one<Statistics>(
      'SELECT plans_executed, tasks_executed, tasks_completed, tasks_failed, tasks_retried, tokens_used FROM statistics',
    )!;
  }

  async listEnded(before: string, limit: number): Promise<EndedRun[]> {
    return listEnded(this.#sql, before, limit);
  }

  async removeRun(ended: EndedRun): Promise<void> {
    await this.#step(() => removeRun(this.#sql, ended));
    this.#keys.forgetAll();
  }

  /** Runs `work` as one atomic step and tells of its events once it is committed. */
  async #step<T>(work: () => T): Promise<T> {
    const { result, events } = await this.#commits.run(() => {
      this.#events.take(); // of a step that was undone
      return { result: work(), events: this.#events.take() };
    });
    for (const event of events) {
      if (event.task_id === undefined) this.#onRunEvent?.(event);
      this.#onEvent?.(event);
    }
    return result;
  }
}
