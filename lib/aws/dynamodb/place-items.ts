import type { Demand, PoolLimit } from '../../runtime/ports.ts';
import { itemExists, placeIsFreeForAnother, placeIsToBeHad } from './conditions.ts';
import { expressions, type Parts } from './expressions.ts';
import { type PoolDocument, poolKey, queueOf, queuePrefix, runPartition, type WaitDocument, waiterKey, waitKey } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

const MAX_PAGE = 100;

type Holders = ReadonlyMap<string, ReadonlySet<number>>;

/** POOL items, whose holders are the tasks that have a place, and the WAIT items of those that queue for places. */
export class PlaceItems {
  readonly #table: TableClient;
  readonly #expiry: () => number;
  readonly #newId: () => string;

  constructor(table: TableClient, expiry: () => number, newId: () => string) {
    this.#table = table;
    this.#expiry = expiry;
    this.#newId = newId;
  }

  /** All places or none. Who has them in one pool has them in all. */
  async take(runId: string, ordinal: number, demand: Demand): Promise<boolean> {
    const takings = demand.map((place) => this.#taking(placeIsToBeHad, ordinal, place));
    if (takings.length === 1) return (await this.#table.update(poolKey(runId, demand[0]!.pool), takings[0]!)).written;
    return this.#transact(takings.map((taking, i) => this.#updateOf(runId, demand[i]!.pool, taking)));
  }

  /**
   * Chosen by reading, taken on the condition that it is still so: the task waits and holds nothing, and there are places. Where it
   * is not, another has taken a place or given one back, and it is chosen anew.
   */
  async takeForBest(runId: string, demands: readonly Demand[]): Promise<number | undefined> {
    for (;;) {
      const holders = await this.#holdersOf(runId, [...new Set(demands.flatMap(poolsIn))]);
      const best = await this.#best(runId, demands, holders);
      if (best === undefined) return undefined;
      const { ordinal, rank, queue, demand } = best;
      const waits = { TableName: this.#table.name, Key: waitKey(runId, queue, rank, ordinal), ...expressions({ condition: itemExists }) };
      const takings = demand.map((place) => this.#updateOf(runId, place.pool, this.#taking(placeIsFreeForAnother, ordinal, place)));
      if (await this.#transact([{ ConditionCheck: { ...waits, ConditionExpression: itemExists } }, ...takings])) return ordinal;
    }
  }

  /** A task that has ended rarely waits still. Where it does, places and queue go in one step: else others might let it in between the two. */
  async free(runId: string, ordinal: number, demand: Demand): Promise<void> {
    const leaving: Parts = { update: 'DELETE #holders :holder', values: { ':holder': new Set([ordinal]) } };
    const waiter = await this.#waiter(runId, ordinal);
    if (waiter === undefined && demand.length === 1) await this.#table.update(poolKey(runId, demand[0]!.pool), leaving);
    else
      await this.#transact([...demand.map(({ pool }) => this.#updateOf(runId, pool, leaving)), ...this.#deletesOf(runId, ordinal, waiter)]);
  }

  async holders(runId: string, pools: readonly string[]): Promise<number[]> {
    const holders = await this.#holdersOf(runId, pools);
    return [...new Set([...holders.values()].flatMap((each) => [...each]))];
  }

  /** Two items in one transaction: one is found by rank, the other tells where that one is. */
  async putWaiting(runId: string, ordinal: number, rank: number, demand: Demand): Promise<void> {
    const TableName = this.#table.name;
    const queue = queueOf(poolsIn(demand));
    const waiting = { ordinal, rank, queue, expires_at: this.#expiry() };
    await this.#transact([
      { Put: { TableName, Item: { ...waitKey(runId, queue, rank, ordinal), ...waiting } } },
      { Put: { TableName, Item: { ...waiterKey(runId, ordinal), ...waiting } } },
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
    const nobody: ReadonlySet<number> = new Set();
    const firsts = await Promise.all(demands.map((demand) => this.#firstBut(nobody, runId, queueOf(poolsIn(demand)))));
    return firsts.some((first) => first !== undefined && first.rank < rank);
  }

  /** The best of the queues whose places are all to be had. */
  async #best(runId: string, demands: readonly Demand[], holders: Holders): Promise<(WaitDocument & { demand: Demand }) | undefined> {
    const open = demands.filter((demand) => demand.every(({ pool, limit }) => (holders.get(pool)?.size ?? 0) < limit));
    const firsts = await Promise.all(
      open.map(async (demand) => {
        const first = await this.#firstBut(holders.get(demand[0]!.pool) ?? new Set(), runId, queueOf(poolsIn(demand)));
        return first && { ...first, demand };
      }),
    );
    return firsts.reduce(
      (best, first) => (first === undefined || (best !== undefined && best.rank <= first.rank) ? best : first),
      undefined,
    );
  }

  /** Of the waiting tasks at most as many hold their places as there are holders: the first that does not is among the first. */
  async #firstBut(holders: ReadonlySet<number>, runId: string, queue: string): Promise<WaitDocument | undefined> {
    const byRank = this.#table.query<WaitDocument>(
      {
        keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
        projection: '#ordinal, #rank, #queue',
        values: { ':run': runPartition(runId), ':prefix': queuePrefix(queue) },
      },
      { Limit: Math.min(holders.size + 1, MAX_PAGE) },
    );
    for await (const waiting of byRank) if (!holders.has(waiting.ordinal)) return waiting;
    return undefined;
  }

  async #holdersOf(runId: string, pools: readonly string[]): Promise<Holders> {
    const keys = pools.map((pool) => poolKey(runId, pool));
    const [only] = keys;
    const items =
      keys.length === 1 ? [await this.#table.get<PoolDocument>(only!, '#SK, #holders')] : await this.#table.getAll<PoolDocument>(keys);
    const found = new Map(items.flatMap((item) => (item === undefined ? [] : [[item.SK, item.holders ?? new Set<number>()] as const])));
    return new Map(pools.map((pool, i) => [pool, found.get(keys[i]!.SK) ?? new Set()]));
  }

  async #waiter(runId: string, ordinal: number): Promise<WaitDocument | undefined> {
    return this.#table.get<WaitDocument>(waiterKey(runId, ordinal), '#rank, #queue');
  }

  #taking(condition: string, ordinal: number, { limit }: PoolLimit): Parts {
    return {
      update: 'ADD #holders :holder SET #expires_at = :expiry',
      condition,
      values: { ':holder': new Set([ordinal]), ':ordinal': ordinal, ':limit': limit, ':expiry': this.#expiry() },
    };
  }

  #updateOf(runId: string, pool: string, parts: Parts): TransactWrite {
    const update = expressions(parts);
    return {
      Update: { TableName: this.#table.name, Key: poolKey(runId, pool), ...update, UpdateExpression: update.UpdateExpression! },
    };
  }

  #deletesOf(runId: string, ordinal: number, waiter: WaitDocument | undefined): TransactWrite[] {
    if (waiter === undefined) return [];
    const TableName = this.#table.name;
    return [waitKey(runId, waiter.queue, waiter.rank, ordinal), waiterKey(runId, ordinal)].map((Key) => ({ Delete: { TableName, Key } }));
  }

  async #transact(writes: readonly TransactWrite[]): Promise<boolean> {
    return (await this.#table.transact(writes, this.#newId())).written;
  }
}

function poolsIn(demand: Demand): string[] {
  return demand.map(({ pool }) => pool);
}
