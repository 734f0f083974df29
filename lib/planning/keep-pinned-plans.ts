import type { BlobStore } from '../runtime/ports/blob-store.ts';
import { runBlobs } from '../runtime/run-blobs.ts';
import type { KeptPlan } from './kept-plan.ts';

/** Pins plans to a run: its child runs, and theirs, carry them out as they are now. Before the run is written down. */
export async function keepPinnedPlans(blobs: BlobStore, runId: string, kept: ReadonlyMap<string, KeptPlan>): Promise<void> {
  for (const [hash, plan] of kept) await blobs.put(planKey(runId, hash), Buffer.from(JSON.stringify(plan)));
}

/** @throws BlobMissingError */
export async function readPinnedPlan(blobs: BlobStore, runId: string, hash: string): Promise<KeptPlan> {
  return JSON.parse(Buffer.from(await blobs.get(planKey(runId, hash))).toString()) as KeptPlan;
}

/** What a plan names is pinned to another run: it may outlive the one that it was pinned to first. */
export async function copyPinnedPlans(blobs: BlobStore, fromRun: string, toRun: string, { plan }: Pick<KeptPlan, 'plan'>): Promise<void> {
  const copied = new Map<string, KeptPlan>();
  const copy = async ({ tasks }: KeptPlan['plan']): Promise<void> => {
    for (const { sub_plan } of tasks) {
      if (sub_plan === undefined || copied.has(sub_plan.plan_hash)) continue;
      const kept = await readPinnedPlan(blobs, fromRun, sub_plan.plan_hash);
      copied.set(sub_plan.plan_hash, kept);
      await copy(kept.plan);
    }
  };
  await copy(plan);
  await keepPinnedPlans(blobs, toRun, copied);
}

function planKey(runId: string, hash: string): string {
  return `${runBlobs(runId, 'plans')}/${hash}.json`;
}
