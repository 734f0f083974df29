import type { RunStore } from './ports/run-store.ts';

/** The names of the pools that all runs of a tenant share. @param ofRun see `listSharedPools` */
export async function sharedPoolNames(store: Pick<RunStore, 'listSharedPools'>, ofRun?: string): Promise<ReadonlySet<string>> {
  return new Set((await store.listSharedPools(ofRun)).map(({ name }) => name));
}
