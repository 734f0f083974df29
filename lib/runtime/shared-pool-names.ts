import type { RunStore } from './ports.ts';

/** The names of the pools that all runs share. */
export async function sharedPoolNames(store: Pick<RunStore, 'listSharedPools'>): Promise<ReadonlySet<string>> {
  return new Set((await store.listSharedPools()).map(({ name }) => name));
}
