import type { Demand, Place, Turn, Waiter } from '../../runtime/ports.ts';
import { itemExists } from './conditions.ts';
import { expressions } from './expressions.ts';
import { asTransactWrite, freeWrite, keyOf, type PlaceOwner, runGoesOnCheck, sharedHolder, takeWrite } from './place-writes.ts';
import {
  type PoolDocument,
  queueOf,
  queuePrefix,
  runPartition,
  type SharedPoolDocument,
  type WaitDocument,
  waiterKey,
  waitingRunKey,
  waitKey,
} from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

const MAX_PAGE = 100;

/** Of a run that is there. */
export interface RunIdentity {
  readonly tenantId: string;
  /** Sorts runs by age. */
  readonly created: string;
}

export interface PlaceItemsOptions {
  readonly table: TableClient;
  readonly expiry: () => number;
  readonly newId: () => string;
  /** undefined for a run that is not there. */
  readonly identityOf: (runId: string) => Promise<RunIdentity | undefined>;
}

/** A pool as one run sees it. */
interface PoolState {
  /** The run's own. */
  readonly holders: ReadonlySet<number>;
  readonly hasRoom: boolean;
}

/** POOL items, whose holders are the tasks that have a place, and the WAIT items of those that queue for places. */
export class PlaceItems {
  readonly #table: TableClient;
  readonly #options: PlaceItemsOptions;

  constructor(options: PlaceItemsOptions) {
    this.#table = options.table;
    this.#options = options;
  }

  /** All places or none. Who has them in one pool has them in all. */
  async take(runId: string, ordinal: number, demand: Demand): Promise<boolean> {
    const owner = await this.#ownerOf(runId, ordinal, demand);
    const writes = demand.map((place) => takeWrite(owner, place, { anew: false, expiry: this.#options.expiry() }));
    const checks = runGoesOnCheck(this.#table.name, runId, demand);
    if (writes.length === 1 && checks.length === 0) return (await this.#table.update(writes[0]!.key, writes[0]!.parts)).written;
    return this.#transact([...checks, ...writes.map((write) => asTransactWrite(this.#table.name, write))]);
  }

  /**
   * Chosen by reading, taken on the condition that it is still so: the task waits and holds nothing, and there are places. Where it
   * is not, another has taken a place or given one back, and it is chosen anew.
   */
  async takeForBest(runId: string, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined> {
    const TableName = this.#table.name;
    for (;;) {
      const best = await this.#best(runId, demands);
      if (best === undefined) return undefined;
      const { ordinal, rank, queue, demand } = best;
      const owner = await this.#ownerOf(runId, ordinal, demand);
      const waits = { TableName, Key: waitKey(runId, queue, rank, ordinal), ...expressions({ condition: itemExists }) };
      const takings = demand.map((place) =>
        asTransactWrite(TableName, takeWrite(owner, place, { anew: true, expiry: this.#options.expiry(), turn })),
      );
      const checks = [{ ConditionCheck: { ...waits, ConditionExpression: itemExists } }, ...runGoesOnCheck(TableName, runId, demand)];
      const result = await this.#table.transact([...checks, ...takings], this.#options.newId());
      if (result.written) return ordinal;
      if (checks.length === 2 && result.refused[1] !== undefined) return undefined; // the run has ended
      if (turn !== undefined) return 'over';
    }
  }

  /** A task that has ended rarely waits still. Where it does, places and queue go in one step: else others might let it in between the two. */
  async free(runId: string, ordinal: number, demand: Demand): Promise<void> {
    const owner = await this.#ownerOf(runId, ordinal, demand);
    const writes = demand.map((place) => freeWrite(owner, place));
    const waiter = await this.#waiter(runId, ordinal);
    if (waiter === undefined && writes.length === 1) await this.#table.update(writes[0]!.key, writes[0]!.parts);
    else
      await this.#transact([
        ...writes.map((write) => asTransactWrite(this.#table.name, write)),
        ...this.#deletesOf(runId, ordinal, waiter),
      ]);
  }

  async holders(runId: string, places: readonly Place[]): Promise<number[]> {
    const states = await this.#statesOf(runId, places);
    return [...new Set([...states.values()].flatMap(({ holders }) => [...holders]))];
  }

  /**
   * Two items in one transaction: one is found by rank, the other tells where that one is. For a shared pool the run is found, too,
   * unless it has ended: nobody would take it away.
   */
  async putWaiting(runId: string, waiter: Waiter, demand: Demand): Promise<void> {
    const TableName = this.#table.name;
    const queue = queueOf(demand);
    const expires_at = this.#options.expiry();
    const waiting = { ...waiter, queue, expires_at };
    await this.#transact([
      { Put: { TableName, Item: { ...waitKey(runId, queue, waiter.rank, waiter.ordinal), ...waiting } } },
      { Put: { TableName, Item: { ...waiterKey(runId, waiter.ordinal), ...waiting } } },
      ...(await this.#waitingRunWrites(runId, waiter.priority, demand, expires_at)),
      ...runGoesOnCheck(TableName, runId, demand),
    ]);
  }

  /** Most tasks never wait: that is found out by a read, which costs less than a delete in vain. */
  async deleteWaiting(runId: string, ordinal: number): Promise<void> {
    const waiter = await this.#waiter(runId, ordinal);
    if (waiter !== undefined) await this.#transact(this.#deletesOf(runId, ordinal, waiter));
  }

  async isWaiting(runId: string, ordinal: number): Promise<boolean> {
    return (await this.#waiter(runId, ordinal)) !== undefined;
  }

  async isOutranked(runId: string, rank: number, demands: readonly Demand[]): Promise<boolean> {
    const firsts = await Promise.all(demands.map((demand) => this.firstWaiter(runId, demand)));
    return firsts.some((first) => first !== undefined && first.rank < rank);
  }

  /** The waiting task of the lowest rank, or of those that hold no place yet. */
  async firstWaiter(runId: string, demand: Demand, holders: ReadonlySet<number> = new Set()): Promise<WaitDocument | undefined> {
    const byRank = this.#table.query<WaitDocument>(
      {
        keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
        projection: '#ordinal, #rank, #priority, #queue',
        values: { ':run': runPartition(runId), ':prefix': queuePrefix(queueOf(demand)) },
      },
      // of the waiting tasks at most as many hold their places as there are holders
      { Limit: Math.min(holders.size + 1, MAX_PAGE) },
    );
    for await (const waiting of byRank) if (!holders.has(waiting.ordinal)) return waiting;
    return undefined;
  }

  /** The best of the queues whose places are all to be had. */
  async #best(runId: string, demands: readonly Demand[]): Promise<(WaitDocument & { demand: Demand }) | undefined> {
    const states = await this.#statesOf(runId, demands.flat());
    const open = demands.filter((demand) => demand.every((place) => states.get(queueOf([place]))!.hasRoom));
    const firsts = await Promise.all(
      open.map(async (demand) => {
        const first = await this.firstWaiter(runId, demand, states.get(queueOf([demand[0]!]))!.holders);
        return first && { ...first, demand };
      }),
    );
    return firsts.reduce(
      (best, first) => (first === undefined || (best !== undefined && best.rank <= first.rank) ? best : first),
      undefined,
    );
  }

  async #statesOf(runId: string, places: readonly Place[]): Promise<Map<string, PoolState>> {
    const identity = { runId, tenantId: await this.#tenantOf(runId, places) };
    const byName = new Map(places.map((place) => [queueOf([place]), place]));
    const keys = [...byName.values()].map((place) => keyOf(identity, place));
    const items =
      keys.length === 1
        ? [await this.#table.get<PoolDocument | SharedPoolDocument>(keys[0]!)]
        : await this.#table.getAll<PoolDocument | SharedPoolDocument>(keys);
    const found = new Map(items.flatMap((item) => (item === undefined ? [] : [[`${item.PK} ${item.SK}`, item] as const])));
    return new Map([...byName].map(([name, place], i) => [name, stateOf(place, found.get(`${keys[i]!.PK} ${keys[i]!.SK}`), runId)]));
  }

  async #waiter(runId: string, ordinal: number): Promise<WaitDocument | undefined> {
    return this.#table.get<WaitDocument>(waiterKey(runId, ordinal), '#rank, #queue');
  }

  #deletesOf(runId: string, ordinal: number, waiter: WaitDocument | undefined): TransactWrite[] {
    if (waiter === undefined) return [];
    const TableName = this.#table.name;
    return [waitKey(runId, waiter.queue, waiter.rank, ordinal), waiterKey(runId, ordinal)].map((Key) => ({ Delete: { TableName, Key } }));
  }

  async #waitingRunWrites(runId: string, priority: number, demand: Demand, expires_at: number): Promise<TransactWrite[]> {
    const shared = demand.find(({ limit }) => limit === 'shared');
    const identity = shared && (await this.#options.identityOf(runId));
    if (shared === undefined || identity === undefined) return [];
    return [
      asTransactWrite(this.#table.name, {
        key: waitingRunKey(identity.tenantId, shared.pool, priority, identity.created),
        parts: {
          update: 'ADD #version :one SET #run_id = :run_id, #priority = :priority, #expires_at = :expiry',
          values: { ':one': 1, ':run_id': runId, ':priority': priority, ':expiry': expires_at },
        },
      }),
    ];
  }

  async #ownerOf(runId: string, ordinal: number, places: readonly Place[]): Promise<PlaceOwner> {
    return { runId, ordinal, tenantId: await this.#tenantOf(runId, places) };
  }

  /** Asked for only where a place is shared. No pool is found for a run that is not there. */
  async #tenantOf(runId: string, places: readonly Place[]): Promise<string> {
    if (!places.some(({ limit }) => limit === 'shared')) return '';
    return (await this.#options.identityOf(runId))?.tenantId ?? '';
  }

  async #transact(writes: readonly TransactWrite[]): Promise<boolean> {
    return (await this.#table.transact(writes, this.#options.newId())).written;
  }
}

function stateOf({ limit }: Place, item: PoolDocument | SharedPoolDocument | undefined, runId: string): PoolState {
  if (limit !== 'shared') {
    const holders = (item as PoolDocument | undefined)?.holders ?? new Set<number>();
    return { holders, hasRoom: holders.size < limit };
  }
  const shared = item as SharedPoolDocument | undefined;
  const all = [...(shared?.holders ?? [])];
  const prefix = sharedHolder(runId, 0).slice(0, -1);
  const own = all.filter((holder) => holder.startsWith(prefix)).map((holder) => Number(holder.slice(prefix.length)));
  return { holders: new Set(own), hasRoom: shared !== undefined && all.length < shared.limit };
}
