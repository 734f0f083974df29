import type { RunStore } from './ports.ts';

/** The names of the pools that all runs share; with `runId` those that this run shares with others, whoever's store it is. */
export async function sharedPoolNames(store: Pick<RunStore, 'listSharedPools'>, runId?: string): Promise<ReadonlySet<string>> {
  return new Set((await store.listSharedPools(runId)).map(({ name }) => name));
}
