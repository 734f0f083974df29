import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_FILE } from '../local/local-platform.ts';
import { SqliteStore } from '../local/sqlite/sqlite-store.ts';
import { NO_PLANS, type PinnedPlans } from '../planning/pin-plans.ts';
import { pinnedIn } from '../planning/prepare-plan.ts';
import type { SharedPool } from '../runtime/ports/places.ts';

/** What the runs of a folder share. */
export interface Shared {
  readonly pools: readonly SharedPool[];
  readonly sharedPools: ReadonlySet<string>;
  readonly pinned: PinnedPlans;
}

/** The pools and plans of a folder that a plan may name. Nothing is written where there is no folder yet. */
export async function sharedIn(dataDir: string, plan: unknown): Promise<Shared> {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) return { pools: [], sharedPools: new Set(), pinned: NO_PLANS };
  const store = new SqliteStore({ path });
  try {
    const pools = await store.listSharedPools();
    const sharedPools = new Set(pools.map(({ name }) => name));
    return { pools, sharedPools, pinned: await pinnedIn(store, plan, { sharedPools }) };
  } finally {
    store.close();
  }
}
