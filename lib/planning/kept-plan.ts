import type { TaskBindings } from '../compiler/plan-dependencies.ts';
import { expandForeach } from '../model/expand-foreach.ts';
import type { Plan } from '../model/plan.ts';
import type { BlobFolder, BlobStore } from '../runtime/ports/blob-store.ts';
import type { RunStore } from '../runtime/ports/run-store.ts';
import { runBlobs } from '../runtime/run-blobs.ts';

/** The plan of a run, kept for its later executions. */
export interface KeptPlan {
  /** Its tasks by their ordinals in the run, those that a changed plan has dropped included. */
  readonly plan: Plan;
  readonly bindings: TaskBindings;
  /** The plan said no plan_id: its id was made. */
  readonly made_id?: true;
  /** At most so many tasks at once, where the plan does not say fewer. */
  readonly max_parallel_tasks: number | undefined;
  /** The latest execution whose foreach items are in it, as far as they are wanted still; absent: it has none. */
  readonly items_until?: number;
  /** Ordinals of tasks that the plan has no more. */
  readonly removed?: readonly number[];
  /** Ordinals of tasks that have to run again although they may have completed: they, or what they depend on, were changed. */
  readonly rerun?: readonly number[];
}

export async function keepPlan(blobs: BlobStore, runId: string, folder: BlobFolder, kept: KeptPlan): Promise<void> {
  await blobs.put(planKey(runId, folder), Buffer.from(JSON.stringify(kept)));
}

/**
 * The same with the tasks that foreach tasks have come to since it was kept: those of items are tasks as others for what comes after.
 *
 * @throws BlobMissingError
 */
export async function readWholePlan(
  { blobs, store }: { readonly blobs: BlobStore; readonly store: Pick<RunStore, 'listExpansions'> },
  runId: string,
  folder: BlobFolder,
): Promise<KeptPlan> {
  const kept = await readKeptPlan(blobs, runId, folder);
  const { plan, bindings } = kept;
  if (!plan.tasks.some(({ foreach }) => foreach !== undefined)) return kept;
  const { items_until = 0 } = kept;
  const since = (await store.listExpansions(runId)).filter(({ execution }) => execution > items_until);
  const whole = expandForeach({ tasks: plan.tasks, bindings }, since);
  return { ...kept, plan: { ...plan, tasks: whole.tasks }, bindings: whole.bindings };
}

/** @throws BlobMissingError */
export async function readKeptPlan(blobs: BlobStore, runId: string, folder: BlobFolder): Promise<KeptPlan> {
  return JSON.parse(Buffer.from(await blobs.get(planKey(runId, folder))).toString()) as KeptPlan;
}

function planKey(runId: string, folder: BlobFolder): string {
  return `${runBlobs(runId, folder)}/plan.json`;
}
