import type { Demand, SharedPool, SharedPoolStatus, WaitingRun, WaitingRuns } from '../../runtime/ports.ts';
import { nobodyHasCome } from './conditions.ts';
import type { PlaceItems, RunIdentity } from './place-items.ts';
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
  readonly #identityOf: (runId: string) => Promise<RunIdentity | undefined>;

  constructor(table: TableClient, places: PlaceItems, identityOf: (runId: string) => Promise<RunIdentity | undefined>) {
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
      for await (const { run_id } of this.#inTenant<WaitingRunDocument>(tenantId, waitingRunPrefix(name))) waiting.add(run_id);
      pools.push({ name, limit, held: holders?.size ?? 0, waiting_runs: waiting.size });
    }
    return pools;
  }

  /** In the order of their keys: the most urgent, the oldest; among the equally urgent who holds fewest goes first. */
  async waitingRuns(runId: string, pool: string): Promise<WaitingRuns> {
    const tenantId = (await this.#identityOf(runId))?.tenantId;
    const document = tenantId === undefined ? undefined : await this.#table.get<SharedPoolDocument>(sharedPoolKey(tenantId, pool));
    const held = document?.holders?.size ?? 0;
    if (tenantId === undefined || document === undefined || held >= document.limit) return { held, runs: [] };
    const byRun = Map.groupBy(document.holders ?? [], runOf);
    const waiting: WaitingRunDocument[] = [];
    for await (const run of this.#inTenant<WaitingRunDocument>(tenantId, waitingRunPrefix(pool))) waiting.push(run);
    const heldBy = ({ run_id }: WaitingRunDocument): number => byRun.get(run_id)?.length ?? 0;
    const runs = waiting
      .sort((a, b) => b.priority - a.priority || heldBy(a) - heldBy(b)) // stable: by age among equals
      .map(({ run_id, priority }) => ({ run_id, priority }));
    return { held, runs };
  }

  /** The version is read before the queues: a task that begins to wait afterwards raises it, and nothing is deleted. */
  async forget({ run_id, priority }: WaitingRun, pool: string, demands: readonly Demand[]): Promise<void> {
    const identity = await this.#identityOf(run_id);
    if (identity === undefined) return;
    const key = waitingRunKey(identity.tenantId, pool, priority, identity.created);
    const document = await this.#table.get<WaitingRunDocument>(key, '#version');
    if (document === undefined) return;
    for (const demand of demands.filter((each) => each.some((place) => place.limit === 'shared' && place.pool === pool))) {
      const first = await this.#places.firstWaiter(run_id, demand);
      if (first !== undefined && first.priority >= priority) return;
    }
    await this.#table.remove(key, { condition: nobodyHasCome, values: { ':version': document.version } });
  }

  async holders(runId: string, pool: string): Promise<{ run_id: string; ordinal: number }[]> {
    const tenantId = (await this.#identityOf(runId))?.tenantId;
    const document = tenantId === undefined ? undefined : await this.#table.get<SharedPoolDocument>(sharedPoolKey(tenantId, pool));
    return [...(document?.holders ?? [])].map((holder) => ({
      run_id: runOf(holder),
      ordinal: Number(holder.slice(runOf(holder).length + 1)),
    }));
  }

  async leave(runId: string, pool: string): Promise<void> {
    const tenantId = (await this.#identityOf(runId))?.tenantId;
    if (tenantId === undefined) return;
    const own = (await this.holders(runId, pool)).filter(({ run_id }) => run_id === runId).map(({ ordinal }) => `${runId}#${ordinal}`);
    if (own.length > 0)
      await this.#table.update(sharedPoolKey(tenantId, pool), { update: 'DELETE #holders :holders', values: { ':holders': new Set(own) } });
    for await (const { run_id, PK, SK } of this.#inTenant<WaitingRunDocument>(tenantId, waitingRunPrefix(pool))) {
      if (run_id === runId) await this.#table.remove({ PK, SK });
    }
  }

  #inTenant<T extends ItemKey>(tenantId: string, prefix: string): AsyncGenerator<T, void, undefined> {
    return this.#table.query<T>({
      keyCondition: '#PK = :tenant AND begins_with(#SK, :prefix)',
      values: { ':tenant': tenantPartition(tenantId), ':prefix': prefix },
    });
  }
}

/** Of `<run id>#<ordinal>`. */
function runOf(holder: string): string {
  return holder.slice(0, holder.lastIndexOf('#'));
}
