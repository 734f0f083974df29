import { refOf } from '../model/execution-ref.ts';
import type { RunControl } from '../runtime/ports/runs.ts';
import type { TaskProgress } from '../runtime/ports/tasks.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { KeptPlan } from './kept-plan.ts';

/**
 * How long a run had been going, in milliseconds, when compounds began whose begins are not to run again: their time is measured from then,
 * so that it does not count what the run stood still. Who retries a run gives them their time anew, as it does with the run's.
 */
export async function compoundsBegun(
  { store, specs }: Pick<Runtime, 'store' | 'specs'>,
  { plan }: Pick<KeptPlan, 'plan'>,
  { run_id: runId, planned, order }: RunControl,
  progress: readonly TaskProgress[],
): Promise<ReadonlyMap<number, number>> {
  const begins = new Set(plan.tasks.flatMap(({ compound }) => (compound && compound.timeout_seconds !== null ? [compound.begin] : [])));
  const ended = progress.filter(({ ordinal, status }) => status === 'completed' && begins.has(plan.tasks[ordinal]!.task_id));
  if (ended.length === 0) return new Map();
  if (order.mode === 'retry') return new Map(ended.map(({ ordinal }) => [ordinal, 0]));
  const spec = await specs.find(refOf({ runId, execution: planned }));
  const deadlines = spec?.tasks.flatMap((task) => task.deadlines ?? []) ?? [];
  const before = new Map(deadlines.map(({ begin, beganMs }) => [begin, beganMs]));
  const { run } = await store.readTasks(runId, [], []);
  const sinceStart = (at: string | null): number => Math.max(0, Date.parse(at!) - Date.parse(run?.timed_from ?? at!));
  return new Map(ended.map(({ ordinal, completed_at }) => [ordinal, before.get(ordinal) ?? sinceStart(completed_at)]));
}
