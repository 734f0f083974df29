import { refOf } from '../model/execution-ref.ts';
import { childRunId, runsPlan } from './child-run-id.ts';
import type { RunControl } from './ports/runs.ts';
import type { Runtime } from './runtime.ts';

/** The ids of a run's child runs, by its latest plan; some of them may not be there yet. */
export async function childrenOf(
  { store, specs }: Pick<Runtime, 'store' | 'specs'>,
  { run_id: runId, planned }: RunControl,
): Promise<string[]> {
  const spec = planned === 0 ? undefined : await specs.find(refOf({ runId, execution: planned }));
  const records = (spec?.tasks ?? []).filter(runsPlan);
  if (records.length === 0) return [];
  const begun = new Set((await store.listProgress(runId)).flatMap(({ ordinal, attempt }) => (attempt > 0 ? [ordinal] : [])));
  return records.filter(({ ordinal }) => begun.has(ordinal)).map((record) => childRunId(runId, record));
}
