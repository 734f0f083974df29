import type { ExecutionRef } from '../../model/execution-ref.ts';
import type { Demand, Place, Turn, Waiter } from '../../runtime/ports/places.ts';
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

/** Of an execution of a run that is there. */
export interface RunIdentity {
  readonly tenantId: string;
  /** Sorts runs by age; each execution has its own. */
  readonly created: string;
}

export interface PlaceItemsOptions {
  readonly table: TableClient;
  readonly expiry: () => number;
  readonly newId: () => string;
  /** undefined for a run that is not there. */
  readonly identityOf: (ref: ExecutionRef) => Promise<RunIdentity | undefined>;
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
  async take(ref: ExecutionRef, ordinal: number, demand: Demand): Promise<boolean> {
    const owner = await this.#ownerOf(ref, ordinal, demand);
    const writes = demand.map((place) => takeWrite(owner, place, { anew: false, expiry: this.#options.expiry() }));
    const checks = runGoesOnCheck(this.#table.name, ref, demand);
    if (writes.length === 1 && checks.length === 0) return (await this.#table.update(writes[0]!.key, writes[0]!.parts)).written;
    return this.#transact([...checks, ...writes.map((write) => asTransactWrite(this.#table.name, write))]);
  }

  /**
   * Chosen by reading, taken on the condition that it is still so: the task waits and holds nothing, and there are places. Where it
   * is not, another has taken a place or given one back, and it is chosen anew.
   */
  async takeForBest(ref: ExecutionRef, demands: readonly Demand[], turn?: Turn): Promise<number | 'over' | undefined> {
    const TableName = this.#table.name;
    for (;;) {
      const best = await this.#best(ref, demands);
      if (best === undefined) return undefined;
      const { ordinal, rank, queue, demand } = best;
      const owner = await this.#ownerOf(ref, ordinal, demand);
      const waits = { TableName, Key: waitKey(ref, queue, rank, ordinal), ...expressions({ condition: itemExists }) };
      const takings = demand.map((place) =>
        asTransactWrite(TableName, takeWrite(owner, place, { anew: true, expiry: this.#options.expiry(), turn })),
      );
      const checks = [{ ConditionCheck: { ...waits, ConditionExpression: itemExists } }, ...runGoesOnCheck(TableName, ref, demand)];
      const result = await this.#table.transact([...checks, ...takings], this.#options.newId());
      if (result.written) return ordinal;
      if (checks.length === 2 && result.refused[1] !== undefined) return undefined; // the run was stopped
      if (turn !== undefined) return 'over';
    }
  }

  /** A task that has ended rarely waits still. Where it does, places and queue go in one step: else others might let it in between the two. */
  async free(ref: ExecutionRef, ordinal: number, demand: Demand): Promise<void> {
    const owner = await this.#ownerOf(ref, ordinal, demand);
    const writes = demand.map((place) => freeWrite(owner, place));
    const waiter = await this.#waiter(ref, ordinal);
    if (waiter === undefined && writes.length === 1) await this.#table.update(writes[0]!.key, writes[0]!.parts);
    else
      await this.#transact([...writes.map((write) => asTransactWrite(this.#table.name, write)), ...this.#deletesOf(ref, ordinal, waiter)]);
  }

  async holders(ref: ExecutionRef, places: readonly Place[]): Promise<number[]> {
    const states = await this.#statesOf(ref, places);
    return [...new Set([...states.values()].flatMap(({ holders }) => [...holders]))];
  }

  /**
   * Two items in one transaction: one is found by rank, the other tells where that one is. For a shared pool the run is found, too,
   * unless it was stopped: nobody would take it away.
   */
  async putWaiting(ref: ExecutionRef, waiter: Waiter, demand: Demand): Promise<void> {
    const TableName = this.#table.name;
    const queue = queueOf(demand);
    const expires_at = this.#options.expiry();
    const waiting = { ...waiter, queue, expires_at };
    await this.#transact([
      { Put: { TableName, Item: { ...waitKey(ref, queue, waiter.rank, waiter.ordinal), ...waiting } } },
      { Put: { TableName, Item: { ...waiterKey(ref, waiter.ordinal), ...waiting } } },
      ...(await this.#waitingRunWrites(ref, waiter.priority, demand, expires_at)),
      ...runGoesOnCheck(TableName, ref, demand),
    ]);
  }

  /** Most tasks never wait: that is found out by a read, which costs less than a delete in vain. */
  async deleteWaiting(ref: ExecutionRef, ordinal: number): Promise<void> {
    const waiter = await this.#waiter(ref, ordinal);
    if (waiter !== undefined) await this.#transact(this.#deletesOf(ref, ordinal, waiter));
  }

  async isWaiting(ref: ExecutionRef, ordinal: number): Promise<boolean> {
    return (await this.#waiter(ref, ordinal)) !== undefined;
  }

  async isOutranked(ref: ExecutionRef, rank: number, demands: readonly Demand[]): Promise<boolean> {
    const firsts = await Promise.all(demands.map((demand) => this.firstWaiter(ref, demand)));
    return firsts.some((first) => first !== undefined && first.rank < rank);
  }

  /** The waiting task of the lowest rank, or of those that hold no place yet. */
  async firstWaiter(ref: ExecutionRef, demand: Demand, holders: ReadonlySet<number> = new Set()): Promise<WaitDocument | undefined> {
    const byRank = this.#table.query<WaitDocument>(
      {
        keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
        projection: '#ordinal, #rank, #priority, #queue',
        values: { ':run': runPartition(ref), ':prefix': queuePrefix(queueOf(demand)) },
      },
      // of the waiting tasks at most as many hold their places as there are holders
      { Limit: Math.min(holders.size + 1, MAX_PAGE) },
    );
    for await (const waiting of byRank) if (!holders.has(waiting.ordinal)) return waiting;
    return undefined;
  }

  /** The best of the queues whose places are all to be had. */
  async #best(ref: ExecutionRef, demands: readonly Demand[]): Promise<(WaitDocument & { demand: Demand }) | undefined> {
    const states = await this.#statesOf(ref, demands.flat());
    const open = demands.filter((demand) => demand.every((place) => states.get(queueOf([place]))!.hasRoom));
    const firsts = await Promise.all(
      open.map(async (demand) => {
        const first = await this.firstWaiter(ref, demand, states.get(queueOf([demand[0]!]))!.holders);
        return first && { ...first, demand };
      }),
    );
    return firsts.reduce(
      (best, first) => (first === undefined || (best !== undefined && best.rank <= first.rank) ? best : first),
      undefined,
    );
  }

  async #statesOf(ref: ExecutionRef, places: readonly Place[]): Promise<Map<string, PoolState>> {
    const identity = { ref, tenantId: await this.#tenantOf(ref, places) };
    const byName = new Map(places.map((place) => [queueOf([place]), place]));
    const keys = [...byName.values()].map((place) => keyOf(identity, place));
    const items =
      keys.length === 1
        ? [await this.#table.get<PoolDocument | SharedPoolDocument>(keys[0]!)]
        : await this.#table.getAll<PoolDocument | SharedPoolDocument>(keys);
    const found = new Map(items.flatMap((item) => (item === undefined ? [] : [[`${item.PK} ${item.SK}`, item] as const])));
    return new Map([...byName].map(([name, place], i) => [name, stateOf(place, found.get(`${keys[i]!.PK} ${keys[i]!.SK}`), ref)]));
  }

  async #waiter(ref: ExecutionRef, ordinal: number): Promise<WaitDocument | undefined> {
    return this.#table.get<WaitDocument>(waiterKey(ref, ordinal), '#rank, #queue');
  }

  #deletesOf(ref: ExecutionRef, ordinal: number, waiter: WaitDocument | undefined): TransactWrite[] {
    if (waiter === undefined) return [];
    const TableName = this.#table.name;
    return [waitKey(ref, waiter.queue, waiter.rank, ordinal), waiterKey(ref, ordinal)].map((Key) => ({ Delete: { TableName, Key } }));
  }

  async #waitingRunWrites(ref: ExecutionRef, priority: number, demand: Demand, expires_at: number): Promise<TransactWrite[]> {
    const shared = demand.find(({ limit }) => limit === 'shared');
    const identity = shared && (await this.#options.identityOf(ref));
    if (shared === undefined || identity === undefined) return [];
    return [
      asTransactWrite(this.#table.name, {
        key: waitingRunKey(identity.tenantId, shared.pool, priority, identity.created),
        parts: {
          update: 'ADD #version :one SET #ref = :ref, #priority = :priority, #expires_at = :expiry',
          values: { ':one': 1, ':ref': ref, ':priority': priority, ':expiry': expires_at },
        },
      }),
    ];
  }

  async #ownerOf(ref: ExecutionRef, ordinal: number, places: readonly Place[]): Promise<PlaceOwner> {
    return { ref, ordinal, tenantId: await this.#tenantOf(ref, places) };
  }

  /** Asked for only where a place is shared. No pool is found for a run that is not there. */
  async #tenantOf(ref: ExecutionRef, places: readonly Place[]): Promise<string> {
    if (!places.some(({ limit }) => limit === 'shared')) return '';
    return (await this.#options.identityOf(ref))?.tenantId ?? '';
  }

  async #transact(writes: readonly TransactWrite[]): Promise<boolean> {
    return (await this.#table.transact(writes, this.#options.newId())).written;
  }
}

function stateOf({ limit }: Place, item: PoolDocument | SharedPoolDocument | undefined, ref: ExecutionRef): PoolState {
  if (limit !== 'shared') {
    const holders = (item as PoolDocument | undefined)?.holders ?? new Set<number>();
    return { holders, hasRoom: holders.size < limit };
  }
  const shared = item as SharedPoolDocument | undefined;
  const all = [...(shared?.holders ?? [])];
  const prefix = sharedHolder(ref, 0).slice(0, -1);
  const own = all.filter((holder) => holder.startsWith(prefix)).map((holder) => Number(holder.slice(prefix.length)));
  return { holders: new Set(own), hasRoom: shared !== undefined && all.length < shared.limit };
}
