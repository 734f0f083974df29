import { join } from 'node:path';
import { STORE_FILE } from '../local/local-platform.ts';
import { SqliteStore } from '../local/sqlite/sqlite-store.ts';
import { MAX_SHARED_PLACES, poolName } from '../model/pool-name.ts';
import type { SharedPool, SharedPoolStatus } from '../runtime/ports/places.ts';
import { connectTo, type DeploymentFlags, deploymentOf } from './deployment-flags.ts';
import { EXIT } from './exit-codes.ts';
import { table } from './format.ts';
import { UsageError } from './usage-error.ts';

export interface PoolsFlags extends DeploymentFlags {
  dataDir: string;
  json?: boolean;
}

/** Where pools are kept: in a folder, or in a deployment. */
interface Pools {
  list(): Promise<SharedPoolStatus[]>;
  put(pool: SharedPool): Promise<void>;
  close(): void;
}

/** `pools [NAME LIMIT]`: lists the pools that all runs share; with a name and a limit makes or changes one first. */
export async function poolsCommand(name: string | undefined, limit: number | undefined, flags: PoolsFlags): Promise<number> {
  if ((name === undefined) !== (limit === undefined)) throw new UsageError('a pool is set by its name and its limit');
  if (name !== undefined && !poolName.safeParse(name).success) throw new UsageError(`${JSON.stringify(name)} is no name of a pool`);
  if (limit !== undefined && limit > MAX_SHARED_PLACES) throw new UsageError(`a shared pool has ${MAX_SHARED_PLACES} places at most`);
  const pools = await openPools(flags);
  try {
    if (name !== undefined && limit !== undefined) await pools.put({ name, limit });
    const all = await pools.list();
    process.stdout.write(flags.json ? `${JSON.stringify({ pools: all })}\n` : `${describe(all)}\n`);
    return EXIT.completed;
  } finally {
    pools.close();
  }
}

async function openPools(flags: PoolsFlags): Promise<Pools> {
  const address = deploymentOf(flags);
  if (address !== undefined) {
    const client = await connectTo(address);
    return { list: () => client.listPools(), put: (pool) => client.putPool(pool), close: () => {} };
  }
  const store = new SqliteStore({ path: join(flags.dataDir, STORE_FILE) });
  return { list: () => store.listSharedPools(), put: (pool) => store.putSharedPool(pool), close: () => store.close() };
}

function describe(pools: readonly SharedPoolStatus[]): string {
  if (pools.length === 0) return 'there are no shared pools';
  return table(pools.map(({ name, limit, held, waiting_runs }) => [name, `${held} of ${limit} taken, ${waiting_runs} runs wait`]));
}
