import { refOf } from '../model/execution-ref.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { Runtime } from './runtime.ts';

/** The tasks that a run has, as of its latest plan; none while that is yet to be compiled, or where it was refused. */
export async function latestRecords({ store, specs }: Pick<Runtime, 'store' | 'specs'>, runId: string): Promise<readonly TaskRecord[]> {
  const control = await store.getControl(runId);
  if (control === undefined || control.planned === 0) return [];
  const spec = await specs.find(refOf({ runId, execution: control.planned }));
  return (spec?.tasks ?? []).filter((record) => record.removed !== true);
}
