import { compile } from '../compiler/compile.ts';
import { firstExecution } from '../compiler/residual.ts';
import { refOf } from '../model/execution-ref.ts';
import { DEFAULT_MAX_PARALLEL_TASKS, type Plan, type ResourceBudget } from '../model/plan.ts';
import { keepMachines } from '../runtime/kept-machines.ts';
import { BlobMissingError } from '../runtime/ports/blob-store.ts';
import type { RunControl } from '../runtime/ports/runs.ts';
import { timestamp } from '../runtime/runtime.ts';
import { copyPinnedPlans, readPinnedPlan } from './keep-pinned-plans.ts';
import { type KeptPlan, keepPlan } from './kept-plan.ts';
import type { PlanExecutionOptions } from './plan-execution.ts';
import { effectiveLimit } from './prepare-plan.ts';

export interface PlanChildRunOptions extends PlanExecutionOptions {
  /** At most so many tasks at once, where the plan does not say fewer. */
  readonly maxParallelTasks?: number | undefined;
}

/**
 * Compiles the plan of a child run, which is pinned to its parent's. From then on the run has all that it needs itself. May be repeated, also
 * by several at once. Where the parent's run is removed, and its plan with it, the run fails.
 *
 * @returns false where another did it, or there is nothing to be started
 */
export async function planChildRun(options: PlanChildRunOptions, control: RunControl): Promise<boolean> {
  try {
    return await planPinned(options, control);
  } catch (error) {
    if (!(error instanceof BlobMissingError)) throw error;
    const { store, clock } = options.ports.runtime;
    const { run_id: runId, execution } = control;
    const message = `its plan was removed with its parent, run ${control.parent!.run_id}`;
    const totals = await store.countTasks(runId);
    const end = { status: 'failed', error: { code: 'E5802', message }, totals, at: timestamp(clock) } as const;
    await store.endRun(refOf({ runId, execution }), end);
    return false;
  }
}

async function planPinned(options: PlanChildRunOptions, control: RunControl): Promise<boolean> {
  const { ports, targets, sharedPools, maxParallelTasks } = options;
  const { run_id: runId, execution, order, parent } = control;
  const { run_id: parentId, plan_hash, timeout_sec } = parent!;
  const pinned = await readPinnedPlan(ports.blobs, parentId, plan_hash);
  const kept: KeptPlan = { ...pinned, plan: withTimeout(pinned.plan, timeout_sec, maxParallelTasks), max_parallel_tasks: maxParallelTasks };
  await copyPinnedPlans(ports.blobs, parentId, runId, kept);
  await keepPlan(ports.blobs, runId, order.plan_folder, kept);
  const { spec, machines } = compile(kept.plan, {
    bindings: kept.bindings,
    maxParallelTasks: effectiveLimit(kept.plan, maxParallelTasks),
    sharedPools,
    ...targets,
    residual: { ...firstExecution(kept.plan), execution },
  });
  await keepMachines(ports.blobs, { runId, folder: order.folder }, machines);
  const { plan_id, goal_id } = kept.plan;
  return ports.runtime.store.planRun(refOf({ runId, execution }), { plan_id, goal_id, machine: machines.at(-1)!.name }, spec);
}

/** A run that has a time to be done in is held to it as one whose plan says so. */
function withTimeout(plan: Plan, timeoutSec: number | undefined, limit = DEFAULT_MAX_PARALLEL_TASKS): Plan {
  if (timeoutSec === undefined) return plan;
  const budget = plan.resource_budget ?? { ...NO_BUDGET, max_parallel_tasks: limit };
  return { ...plan, resource_budget: { ...budget, max_execution_time_sec: timeoutSec } };
}

const NO_BUDGET: Omit<ResourceBudget, 'max_parallel_tasks'> = {
  max_cpu_cores: null,
  max_memory_mb: null,
  max_execution_time_sec: null,
  max_token_count: null,
  max_disk_mb: null,
  max_network_mb: null,
  max_cost_usd: null,
};
