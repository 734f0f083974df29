import type { ExecutionRef } from '../../model/execution-ref.ts';
import type { Demand, SharedPool, SharedPoolStatus, WaitingRun, WaitingRuns } from '../../runtime/ports/places.ts';
import { nobodyHasCome } from './conditions.ts';
import type { PlaceItems, RunIdentity } from './place-items.ts';
import { sharedHolder } from './place-writes.ts';
import {
  type ItemKey,
  SHARED_POOL_PREFIX,
  type SharedPoolDocument,
  sharedPoolKey,
  tenantPartition,
  type WaitingRunDocument,
  waitingRunKey,
  waitingRunPrefix,
} from './table.ts';
import type { TableClient } from './table-client.ts';

/** Pools of a tenant, and the runs that wait for their places. */
export class SharedPoolItems {
  readonly #table: TableClient;
  readonly #places: PlaceItems;
  readonly #identityOf: (ref: ExecutionRef) => Promise<RunIdentity | undefined>;

  constructor(table: TableClient, places: PlaceItems, identityOf: (ref: ExecutionRef) => Promise<RunIdentity | undefined>) {
    this.#table = table;
    this.#places = places;
    this.#identityOf = identityOf;
  }

  async put(tenantId: string, { name, limit }: SharedPool): Promise<void> {
    await this.#table.update(sharedPoolKey(tenantId, name), {
      update: 'SET #limit = :limit, #name = :name',
      values: { ':limit': limit, ':name': name },
    });
  }

  async list(tenantId: string): Promise<SharedPoolStatus[]> {
    const pools: SharedPoolStatus[] = [];
    for await (const { name, limit, holders } of this.#inTenant<SharedPoolDocument>(tenantId, SHARED_POOL_PREFIX)) {
      const waiting = new Set<string>();
      for await (const { ref } of this.#inTenant<WaitingRunDocument>(tenantId, waitingRunPrefix(name))) waiting.add(ref);
      pools.push({ name, limit, held: holders?.size ?? 0, waiting_runs: waiting.size });
    }
    return pools;
  }

  /** In the order of their keys: the most urgent, the oldest; among the equally urgent who holds fewest goes first. */
  async waitingRuns(ref: ExecutionRef, pool: string): Promise<WaitingRuns> {
    const tenantId = (await this.#identityOf(ref))?.tenantId;
    const document = tenantId === undefined ? undefined : await this.#table.get<SharedPoolDocument>(sharedPoolKey(tenantId, pool));
    const held = document?.holders?.size ?? 0;
    if (tenantId === undefined || document === undefined || held >= document.limit) return { held, runs: [] };
    const byRef = Map.groupBy(document.holders ?? [], refOfHolder);
    const waiting: WaitingRunDocument[] = [];
    for await (const run of this.#inTenant<WaitingRunDocument>(tenantId, waitingRunPrefix(pool))) waiting.push(run);
    const heldBy = (run: WaitingRunDocument): number => byRef.get(run.ref)?.length ?? 0;
    const runs = waiting
      .sort((a, b) => b.priority - a.priority || heldBy(a) - heldBy(b)) // stable: by age among equals
      .map(({ ref: waitingRef, priority }) => ({ ref: waitingRef, priority }));
    return { held, runs };
  }

  /** The version is read before the queues: a task that begins to wait afterwards raises it, and nothing is deleted. */
  async forget({ ref, priority }: WaitingRun, pool: string, demands: readonly Demand[]): Promise<void> {
    const identity = await this.#identityOf(ref);
    if (identity === undefined) return;
    const key = waitingRunKey(identity.tenantId, pool, priority, identity.created);
    const document = await this.#table.get<WaitingRunDocument>(key, '#version');
    if (document === undefined) return;
    for (const demand of demands.filter((each) => each.some((place) => place.limit === 'shared' && place.pool === pool))) {
      const first = await this.#places.firstWaiter(ref, demand);
      if (first !== undefined && first.priority >= priority) return;
    }
    await this.#table.remove(key, { condition: nobodyHasCome, values: { ':version': document.version } });
  }

  async holders(ref: ExecutionRef, pool: string): Promise<{ ref: ExecutionRef; ordinal: number }[]> {
    const tenantId = (await this.#identityOf(ref))?.tenantId;
    const document = tenantId === undefined ? undefined : await this.#table.get<SharedPoolDocument>(sharedPoolKey(tenantId, pool));
    return [...(document?.holders ?? [])].map((holder) => {
      const holding = refOfHolder(holder);
      return { ref: holding, ordinal: Number(holder.slice(holding.length + 1)) };
    });
  }

  async leave(ref: ExecutionRef, pool: string): Promise<void> {
    const tenantId = (await this.#identityOf(ref))?.tenantId;
    if (tenantId === undefined) return;
    const own = (await this.holders(ref, pool)).filter((holder) => holder.ref === ref).map(({ ordinal }) => sharedHolder(ref, ordinal));
    if (own.length > 0)
      await this.#table.update(sharedPoolKey(tenantId, pool), { update: 'DELETE #holders :holders', values: { ':holders': new Set(own) } });
    for await (const { ref: waiting, PK, SK } of this.#inTenant<WaitingRunDocument>(tenantId, waitingRunPrefix(pool))) {
      if (waiting === ref) await this.#table.remove({ PK, SK });
    }
  }

  #inTenant<T extends ItemKey>(tenantId: string, prefix: string): AsyncGenerator<T, void, undefined> {
    return this.#table.query<T>({
      keyCondition: '#PK = :tenant AND begins_with(#SK, :prefix)',
      values: { ':tenant': tenantPartition(tenantId), ':prefix': prefix },
    });
  }
}

/** Of `<ref>#<ordinal>`. */
function refOfHolder(holder: string): string {
  return holder.slice(0, holder.lastIndexOf('#'));
}
