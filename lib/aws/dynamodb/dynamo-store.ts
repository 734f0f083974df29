import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { JsonObject } from '../../model/json.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { Usage } from '../../model/usage.ts';
import type {
  BlobStore,
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
  WaitingRun,
  WaitingRuns,
} from '../../runtime/ports.ts';
import type { Backoff } from './backoff.ts';
import { CallbackItems } from './callback-items.ts';
import { EndedRunItems } from './ended-runs.ts';
import { EventLog } from './event-log.ts';
import { GateItems } from './gate-items.ts';
import { Outputs } from './outputs.ts';
import { PlaceItems, type RunIdentity } from './place-items.ts';
import { RunItems } from './run-items.ts';
import { SharedPoolItems } from './shared-pool-items.ts';
import { readStatistics } from './statistics.ts';
import { type ItemKey, type RunDocument, runKey, type TaskDocument, taskKey } from './table.ts';
import { TableClient } from './table-client.ts';
import { TaskItems } from './task-items.ts';

/** An execution lasts a year at most; what only coordinates its tasks may go some time after. */
export const COORDINATION_LIFETIME_SEC = 400 * 24 * 60 * 60;

export interface DynamoStoreOptions {
  /** Made by `makeDynamoClient`. */
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Whose runs are made, found, listed and counted; a run of another tenant is not found. Default: `default`. */
  readonly tenantId?: string;
  /** For the handlers of states, which know a run by its id alone: every tenant's runs are found. Default false. */
  readonly allTenants?: boolean;
  /** For outputs above 100 KB. Without it an item may have 400 KB. */
  readonly blobs?: BlobStore;
  /** Milliseconds since the epoch; for the expiry of items only. */
  readonly now?: () => number;
  readonly newId?: () => string;
  readonly backoff?: Backoff;
}

/**
 * The store on a DynamoDB table (`table.ts` has its layout). Events are not written here: the consumer of the table's stream derives
 * them (`append-events.ts`), so that a task costs two writes; `listEvents` shows them a moment later.
 *
 * @example
 * const store = new DynamoStore({ client: makeDynamoClient(), table: 'orchestrator', blobs });
 */
export class DynamoStore implements RunStore, EndedRuns {
  /** Where the stream's consumer appends. */
  readonly events: EventLog;
  readonly #table: TableClient;
  readonly #tenantId: string;
  readonly #runs: RunItems;
  readonly #tasks: TaskItems;
  readonly #callbacks: CallbackItems;
  readonly #gates: GateItems;
  readonly #places: PlaceItems;
  readonly #sharedPools: SharedPoolItems;
  readonly #ended: EndedRunItems;

  constructor({
    client,
    table,
    tenantId = 'default',
    allTenants = false,
    blobs,
    now = Date.now,
    newId = randomUUID,
    backoff,
  }: DynamoStoreOptions) {
    const expiry = (): number => Math.floor(now() / 1000) + COORDINATION_LIFETIME_SEC;
    this.#table = new TableClient(client, table, backoff);
    this.#tenantId = tenantId;
    this.#runs = new RunItems(this.#table, { tenantId, allTenants }, newId);
    this.#tasks = new TaskItems(this.#table, new Outputs(blobs), newId);
    this.#callbacks = new CallbackItems(this.#table, expiry);
    this.#gates = new GateItems(this.#table, expiry);
    const identityOf = (runId: string): Promise<RunIdentity | undefined> => this.#runs.identityOf(runId);
    this.#places = new PlaceItems({ table: this.#table, expiry, newId, identityOf });
    this.#sharedPools = new SharedPoolItems(this.#table, this.#places, identityOf);
    this.#ended = new EndedRunItems(this.#table, blobs, newId);
    this.events = new EventLog(this.#table);
  }

  /** @throws RunExistsError */
  async createRun(run: NewRun, spec?: RunSpec): Promise<{ run_id: string; created: boolean }> {
    return this.#runs.create(run, spec);
  }

  async planRun(runId: string, plan: RunPlan, spec: RunSpec): Promise<boolean> {
    return this.#runs.plan(runId, plan, spec);
  }

  async getRun(runId: string): Promise<Run | undefined> {
    return this.#runs.get(runId);
  }

  async listRuns(limit: number, after?: RunPlace): Promise<Run[]> {
    return this.#runs.list(limit, after);
  }

  async getSpec(runId: string): Promise<RunSpec | undefined> {
    return this.#runs.spec(runId);
  }

  async startRun(runId: string, at: string): Promise<boolean> {
    return this.#runs.start(runId, at);
  }

  async endRun(runId: string, end: { status: RunStatus; error: TaskError | null; totals: RunTotals; at: string }): Promise<boolean> {
    return this.#runs.end(runId, end);
  }

  async readTasks(
    runId: string,
    ordinals: readonly number[],
    outputsOf: readonly number[] = ordinals,
  ): Promise<{ run: RunState | undefined; tasks: Map<number, TaskItem> }> {
    const keys = [runKey(runId), ...[...new Set(ordinals)].map((ordinal) => taskKey(runId, ordinal))];
    const items = await this.#table.getAll<ItemKey>(keys);
    const isRun = ({ SK }: ItemKey): boolean => SK === runKey(runId).SK;
    const run = await this.#runs.readState(items.find(isRun) as RunDocument | undefined);
    if (run === undefined) return { run, tasks: new Map() };
    const tasks = await this.#tasks.readAll(items.filter((item) => !isRun(item)) as TaskDocument[], new Set(outputsOf));
    return { run, tasks: new Map(tasks.map((task) => [task.ordinal, task])) };
  }

  async listTasks(runId: string): Promise<TaskItem[]> {
    return (await this.#runs.exists(runId)) ? this.#tasks.list(runId) : [];
  }

  async countTasks(runId: string): Promise<RunTotals> {
    return this.#tasks.count(runId, await this.#runs.taskCount(runId));
  }

  async claimTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean> {
    return this.#tasks.claim(runId, task, attempt, at);
  }

  async completeTask(runId: string, task: TaskKey, attempt: number, outputs: JsonObject, at: string, usage?: Usage): Promise<boolean> {
    return this.#tasks.complete(runId, task, attempt, { outputs, usage }, at);
  }

  async releaseTask(runId: string, task: TaskKey, attempt: number, error: TaskError, at: string): Promise<boolean> {
    return this.#tasks.release(runId, task, attempt, error, at);
  }

  async failTask(runId: string, task: TaskKey, error: TaskError, at: string): Promise<TaskItem> {
    return this.#tasks.fail(runId, task, error, at);
  }

  async blockTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#tasks.endAll(runId, tasks, 'blocked', error, at);
  }

  async cancelTasks(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#tasks.endAll(runId, tasks, 'cancelled', error, at);
  }

  async cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await this.#tasks.cancelUnstarted(runId, tasks, error, at);
  }

  async skipTasks(runId: string, tasks: readonly TaskKey[], at: string): Promise<void> {
    await this.#tasks.endAll(runId, tasks, 'skipped', null, at);
  }

  async markFailing(runId: string, ordinal: number): Promise<boolean> {
    return this.#runs.markFailing(runId, ordinal);
  }

  async putCallback(callbackId: string, callback: Callback): Promise<void> {
    await this.#callbacks.put(callbackId, callback);
  }

  async getCallback(callbackId: string): Promise<Callback | undefined> {
    const callback = await this.#callbacks.get(callbackId);
    return callback !== undefined && (await this.#runs.exists(callback.run_id)) ? callback : undefined;
  }

  async addToken(runId: string, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean; final: boolean }> {
    const gate = await this.#gates.addToken(runId, ordinal, token);
    // read after the token was added: whoever makes the task final later reads the token
    return { ...gate, final: await this.#tasks.isFinal(runId, ordinal) };
  }

  async addArrival(runId: string, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }> {
    return this.#gates.addArrival(runId, ordinal, dependency);
  }

  async listTokens(runId: string, ordinal: number): Promise<string[]> {
    return this.#gates.listTokens(runId, ordinal);
  }

  async takePlaces(runId: string, ordinal: number, demand: Demand): Promise<boolean> {
    return this.#places.take(runId, ordinal, demand);
  }

  async freePlaces(runId: string, ordinal: number, demand: Demand): Promise<void> {
    await this.#places.free(runId, ordinal, demand);
  }

  async listHolders(runId: string, places: readonly Place[]): Promise<number[]> {
    return this.#places.holders(runId, places);
  }

  async putWaiting(runId: string, waiter: Waiter, demand: Demand): Promise<void> {
    await this.#places.putWaiting(runId, waiter, demand);
  }

  async deleteWaiting(runId: string, ordinal: number): Promise<void> {
    await this.#places.deleteWaiting(runId, ordinal);
  }

  async isWaiting(runId: string, ordinal: number): Promise<boolean> {
    return this.#places.isWaiting(runId, ordinal);
  }

  async isOutranked(runId: string, rank: number, demands: readonly Demand[]): Promise<boolean> {
    return this.#places.isOutranked(runId, rank, demands);
  }

  async takeForBest(runId: string, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined> {
    return this.#places.takeForBest(runId, demands, turn);
  }

  async putSharedPool(pool: SharedPool): Promise<void> {
    await this.#sharedPools.put(this.#tenantId, pool);
  }

  async listSharedPools(): Promise<SharedPoolStatus[]> {
    return this.#sharedPools.list(this.#tenantId);
  }

  async listWaitingRuns(runId: string, pool: string): Promise<WaitingRuns> {
    return this.#sharedPools.waitingRuns(runId, pool);
  }

  async forgetWaitingRun(waiting: WaitingRun, pool: string, demands: readonly Demand[]): Promise<void> {
    await this.#sharedPools.forget(waiting, pool, demands);
  }

  async listSharedHolders(runId: string, pool: string): Promise<{ run_id: string; ordinal: number }[]> {
    return this.#sharedPools.holders(runId, pool);
  }

  async leaveSharedPool(runId: string, pool: string): Promise<void> {
    await this.#sharedPools.leave(runId, pool);
  }

  async listEvents(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]> {
    return (await this.#runs.exists(runId)) ? this.events.list(runId, afterSeq, limit) : [];
  }

  async getStatistics(): Promise<Statistics> {
    return readStatistics(this.#table, this.#tenantId);
  }

  async listEnded(before: string, limit: number): Promise<EndedRun[]> {
    return this.#ended.listEnded(before, limit);
  }

  async removeRun(ended: EndedRun): Promise<void> {
    await this.#ended.removeRun(ended);
  }
}
