import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readRef } from '../../model/execution-ref.ts';
import type { JsonObject } from '../../model/json.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { Usage } from '../../model/usage.ts';
import type { BlobStore } from '../../runtime/ports/blob-store.ts';
import type { EndedRun, EndedRuns } from '../../runtime/ports/ended-runs.ts';
import type { Demand, Place, SharedPool, SharedPoolStatus, Turn, Waiter, WaitingRun, WaitingRuns } from '../../runtime/ports/places.ts';
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
import type { Backoff } from './backoff.ts';
import { CallbackItems } from './callback-items.ts';
import { ChildItems } from './child-items.ts';
import { EndedRunItems } from './ended-runs.ts';
import { EventLog } from './event-log.ts';
import { ExpansionItems } from './expansion-items.ts';
import { GateItems } from './gate-items.ts';
import { Outputs } from './outputs.ts';
import { PlaceItems, type RunIdentity } from './place-items.ts';
import { PlanItems } from './plan-items.ts';
import { readItems } from './read-items.ts';
import { RunChanges, type RunEnd } from './run-changes.ts';
import { RunItems } from './run-items.ts';
import { SharedPoolItems } from './shared-pool-items.ts';
import { readStatistics } from './statistics.ts';
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
  /** A claim is one write to the task's item and does not see the run's: an invocation that has read that the run executes claims at once. */
  readonly claimLagSec = 2;
  /** Where the stream's consumer appends. */
  readonly events: EventLog;
  readonly #table: TableClient;
  readonly #tenantId: string;
  readonly #newId: () => string;
  readonly #runs: RunItems;
  readonly #changes: RunChanges;
  readonly #expansions: ExpansionItems;
  readonly #tasks: TaskItems;
  readonly #callbacks: CallbackItems;
  readonly #gates: GateItems;
  readonly #places: PlaceItems;
  readonly #sharedPools: SharedPoolItems;
  readonly #ended: EndedRunItems;
  readonly #plans: PlanItems;
  readonly #children: ChildItems;

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
    this.#newId = newId;
    this.#runs = new RunItems(this.#table, { tenantId, allTenants }, newId);
    this.#changes = new RunChanges({ table: this.#table, newId, tenantOf: (runId) => this.#runs.visibleTenantOf(runId) });
    this.#expansions = new ExpansionItems(this.#table, newId);
    this.#tasks = new TaskItems(this.#table, new Outputs(blobs), newId);
    this.#callbacks = new CallbackItems(this.#table, expiry);
    this.#gates = new GateItems(this.#table, expiry);
    const identityOf = (ref: string): Promise<RunIdentity | undefined> => this.#runs.identityOf(ref);
    this.#places = new PlaceItems({ table: this.#table, expiry, newId, identityOf });
    this.#sharedPools = new SharedPoolItems(this.#table, this.#places, identityOf);
    this.#ended = new EndedRunItems(this.#table, blobs, newId);
    this.#plans = new PlanItems(this.#table, blobs, newId);
    this.#children = new ChildItems(this.#table, expiry);
    this.events = new EventLog(this.#table);
  }

  /** @throws RunExistsError */
  async createRun(run: NewRun, spec?: RunSpec): Promise<{ run_id: string; created: boolean }> {
    return this.#runs.create(run, spec);
  }

  async planRun(ref: string, plan: RunPlan, spec: RunSpec): Promise<boolean> {
    return this.#runs.plan(ref, plan, spec);
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

  async getSpec(ref: string): Promise<RunSpec | undefined> {
    return this.#runs.spec(ref);
  }

  async addExpansion(ref: string, expansion: NewExpansion): Promise<Expansion | undefined> {
    return (await this.#runs.exists(readRef(ref).runId)) ? this.#expansions.add(ref, expansion) : undefined;
  }

  async listExpansions(runId: string): Promise<Expansion[]> {
    return (await this.#runs.exists(runId)) ? this.#expansions.list(runId) : [];
  }

  async startRun(ref: string, at: string): Promise<boolean> {
    return this.#changes.start(ref, at);
  }

  async moveRun(ref: string, from: readonly RunStatus[], to: 'pausing' | 'paused' | 'cancelling', at: string): Promise<boolean> {
    return this.#changes.move(ref, from, to, at);
  }

  async reopenRun(ref: string, from: readonly RunStatus[], order: RunOrder, at: string): Promise<boolean> {
    return this.#changes.reopen(ref, from, order, at);
  }

  async endRun(ref: string, end: RunEnd): Promise<boolean> {
    return this.#changes.end(ref, end);
  }

  async readTasks(
    runId: string,
    ordinals: readonly number[],
    outputsOf: readonly number[] = ordinals,
  ): Promise<{ run: RunState | undefined; tasks: Map<number, TaskItem> }> {
    const found = await readItems(this.#table, runId, ordinals, new Set(outputsOf));
    const run = await this.#runs.readState(found.run);
    if (run === undefined) return { run, tasks: new Map() };
    const tasks = await this.#tasks.readAll(found.tasks);
    return { run, tasks: new Map(tasks.map((task) => [task.ordinal, task])) };
  }

  async listTasks(runId: string): Promise<TaskItem[]> {
    return (await this.#runs.exists(runId)) ? this.#tasks.list(runId) : [];
  }

  async listProgress(runId: string): Promise<TaskProgress[]> {
    return (await this.#runs.exists(runId)) ? this.#tasks.progress(runId) : [];
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

  async markFailing(ref: string, ordinal: number): Promise<boolean> {
    return this.#changes.markFailing(ref, ordinal);
  }

  async touchTask(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean> {
    return this.#tasks.touch(runId, task, attempt, at);
  }

  async resetTasks(ref: string, resets: readonly TaskReset[], forgive: boolean, at: string): Promise<boolean> {
    const exists = await this.#runs.exists(readRef(ref).runId);
    if (!exists) return false;
    // states do not plan: their functions start without it
    const { resetTasks } = await import('./reset-tasks.ts');
    return resetTasks(this.#table, this.#newId, { ref, resets, forgive, at });
  }

  async putCallback(callbackId: string, callback: Callback): Promise<void> {
    await this.#callbacks.put(callbackId, callback);
  }

  async getCallback(callbackId: string): Promise<Callback | undefined> {
    const callback = await this.#callbacks.get(callbackId);
    return callback !== undefined && (await this.#runs.exists(readRef(callback.ref).runId)) ? callback : undefined;
  }

  async addToken(ref: string, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean; final: boolean }> {
    const gate = await this.#gates.addToken(ref, ordinal, token);
    // read after the token was added: whoever makes the task final later reads the token
    return { ...gate, final: await this.#tasks.isFinal(readRef(ref).runId, ordinal) };
  }

  async addArrival(ref: string, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }> {
    return this.#gates.addArrival(ref, ordinal, dependency);
  }

  async listTokens(ref: string, ordinal: number): Promise<string[]> {
    return this.#gates.listTokens(ref, ordinal);
  }

  async takePlaces(ref: string, ordinal: number, demand: Demand): Promise<boolean> {
    return this.#places.take(ref, ordinal, demand);
  }

  async freePlaces(ref: string, ordinal: number, demand: Demand): Promise<void> {
    await this.#places.free(ref, ordinal, demand);
  }

  async listHolders(ref: string, places: readonly Place[]): Promise<number[]> {
    return this.#places.holders(ref, places);
  }

  async putWaiting(ref: string, waiter: Waiter, demand: Demand): Promise<void> {
    await this.#places.putWaiting(ref, waiter, demand);
  }

  async deleteWaiting(ref: string, ordinal: number): Promise<void> {
    await this.#places.deleteWaiting(ref, ordinal);
  }

  async isWaiting(ref: string, ordinal: number): Promise<boolean> {
    return this.#places.isWaiting(ref, ordinal);
  }

  async isOutranked(ref: string, rank: number, demands: readonly Demand[]): Promise<boolean> {
    return this.#places.isOutranked(ref, rank, demands);
  }

  async takeForBest(ref: string, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined> {
    return this.#places.takeForBest(ref, demands, turn);
  }

  async putSharedPool(pool: SharedPool): Promise<void> {
    await this.#sharedPools.put(this.#tenantId, pool);
  }

  async listSharedPools(ofRun?: string): Promise<SharedPoolStatus[]> {
    const tenantId = await this.#tenantOf(ofRun);
    return tenantId === undefined ? [] : this.#sharedPools.list(tenantId);
  }

  async listWaitingRuns(ref: string, pool: string): Promise<WaitingRuns> {
    return this.#sharedPools.waitingRuns(ref, pool);
  }

  async forgetWaitingRun(waiting: WaitingRun, pool: string, demands: readonly Demand[]): Promise<void> {
    await this.#sharedPools.forget(waiting, pool, demands);
  }

  async listSharedHolders(ref: string, pool: string): Promise<{ ref: string; ordinal: number }[]> {
    return this.#sharedPools.holders(ref, pool);
  }

  async leaveSharedPool(ref: string, pool: string): Promise<void> {
    await this.#sharedPools.leave(ref, pool);
  }

  async addChildToken(ref: string, ordinal: number, token: string): Promise<void> {
    await this.#children.addToken(ref, ordinal, token);
  }

  async listChildTokens(ref: string, ordinal: number): Promise<string[]> {
    return this.#children.listTokens(ref, ordinal);
  }

  async putStoredPlan(stored: StoredPlan): Promise<void> {
    await this.#plans.put(this.#tenantId, stored);
  }

  async getStoredPlan(name: string, ofRun?: string): Promise<StoredPlan | undefined> {
    const tenantId = await this.#tenantOf(ofRun);
    return tenantId === undefined ? undefined : this.#plans.get(tenantId, name);
  }

  async listStoredPlans(limit: number, after?: string): Promise<StoredPlanEntry[]> {
    return this.#plans.list(this.#tenantId, limit, after);
  }

  async deleteStoredPlan(name: string): Promise<boolean> {
    return this.#plans.delete(this.#tenantId, name);
  }

  async listEvents(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]> {
    return (await this.#runs.exists(runId)) ? this.events.list(runId, afterSeq, limit) : [];
  }

  async getStatistics(): Promise<Statistics> {
    return readStatistics(this.#table, this.#tenantId);
  }

  async #tenantOf(ofRun: string | undefined): Promise<string | undefined> {
    return ofRun === undefined ? this.#tenantId : this.#runs.visibleTenantOf(ofRun);
  }

  async listEnded(before: string, limit: number): Promise<EndedRun[]> {
    return this.#ended.listEnded(before, limit);
  }

  async removeRun(ended: EndedRun): Promise<void> {
    await this.#ended.removeRun(ended);
  }
}
