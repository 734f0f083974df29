import { compile } from '../compiler/compile.ts';
import { runBudget } from '../compiler/run-budget.ts';
import { endingTasks } from '../compiler/task-records.ts';
import { refOf } from '../model/execution-ref.ts';
import { isFinal, type TaskStatus } from '../model/run.ts';
import { childrenOf } from '../runtime/children-of.ts';
import { demandOf } from '../runtime/demands.ts';
import { endUnrun, type Reasons } from '../runtime/end-followers.ts';
import { failedFast } from '../runtime/fail-fast.ts';
import { keepMachines } from '../runtime/kept-machines.ts';
import type { RunControl } from '../runtime/ports/runs.ts';
import type { TaskKey, TaskProgress, TaskReset } from '../runtime/ports/tasks.ts';
import { endByTasks } from '../runtime/run-end.ts';
import { timestamp } from '../runtime/runtime.ts';
import { LOOK_AFTER_SEC, type SubmitPorts } from '../runtime/start-run.ts';
import { tellParent } from '../runtime/tell-parent.ts';
import { compoundsBegun } from './compounds-begun.ts';
import { earlierFailures } from './earlier-failures.ts';
import { type KeptPlan, readWholePlan } from './kept-plan.ts';
import { type CompileTargets, effectiveLimit } from './prepare-plan.ts';
import { type WhatIsLeft, whatIsLeft } from './what-is-left.ts';

export interface PlanExecutionOptions {
  readonly ports: SubmitPorts;
  readonly targets: CompileTargets;
  /** The pools that all runs share. */
  readonly sharedPools: ReadonlySet<string>;
}

/**
 * Plans a run's next execution: compiles what is left of its plan. Attempts that were under way are counted, their tasks begin another;
 * what has completed stays as it is. May be repeated, also by several at once.
 *
 * @returns false where there is nothing to be started
 */
export async function planExecution(options: PlanExecutionOptions, control: RunControl): Promise<boolean> {
  const { runtime, blobs, queue } = options.ports;
  const { store, clock } = runtime;
  const { run_id: runId, execution, order } = control;
  const ref = refOf({ runId, execution });
  const kept = await readWholePlan({ blobs, store }, runId, order.plan_folder);
  // child runs of tasks that are changed or gone are wanted no more; before the items of these are gone
  if (order.is_new_plan) for (const childId of await childrenOf(runtime, control)) await queue.send(childId, LOOK_AFTER_SEC);
  for (;;) {
    const progress = await store.listProgress(runId);
    const left = whatIsLeft(kept, progress, order, await earlierFailures(store, runId, kept.plan, progress));
    const resets = resetsOf(kept, progress, left, control);
    if (resets.length === 0 || (await store.resetTasks(ref, resets, order.mode === 'retry', timestamp(clock)))) {
      await writeDownLosses(options, control, kept, left);
      // of a changed plan the tasks are written down in any case: its execution may have nothing to do but to end the run
      if (left.open.size > 0 || control.order.is_new_plan === true) return launchable(options, control, kept, left, progress);
      await endRun(options, ref, runId, kept);
      return false;
    }
    // a task has changed under way; or the run has, and then it is not for us any more
    const now = await store.getControl(runId);
    if (now?.status !== 'queued' || now.execution !== execution || now.planned === execution) return false;
  }
}

async function launchable(
  options: PlanExecutionOptions,
  control: RunControl,
  kept: KeptPlan,
  left: WhatIsLeft,
  progress: readonly TaskProgress[],
): Promise<boolean> {
  const { ports, targets, sharedPools } = options;
  const { store } = ports.runtime;
  const { run_id: runId, execution, order } = control;
  const ref = refOf({ runId, execution });
  const maxParallelTasks = effectiveLimit(kept.plan, kept.max_parallel_tasks);
  const { open, decided, retriesLeft } = left;
  const started = new Set([...left.started].slice(0, maxParallelTasks));
  const removed = new Set(kept.removed);
  const beganMs = await compoundsBegun(
    ports.runtime,
    kept,
    control,
    progress.filter(({ ordinal }) => !open.has(ordinal)),
  );
  const residual = { execution, open, decided, started, retriesLeft, maxRetries: order.max_retries, beganMs, removed };
  const { spec, machines } = compile(kept.plan, { bindings: kept.bindings, maxParallelTasks, sharedPools, ...targets, residual });
  // a task holds its place from its first attempt to its end, also across a pause
  for (const ordinal of started) {
    const demand = demandOf(spec, ordinal);
    if (demand.length > 0) await store.takePlaces(ref, ordinal, demand);
  }
  await keepMachines(ports.blobs, { runId, folder: order.folder }, machines);
  const { plan_id, goal_id } = kept.plan;
  return store.planRun(ref, { plan_id, goal_id, machine: machines.at(-1)!.name }, spec);
}

/** Failures that nobody was left to write down, and what follows from them: in that order, as ever. */
async function writeDownLosses(
  { ports }: PlanExecutionOptions,
  { run_id: runId, execution }: RunControl,
  kept: KeptPlan,
  { failed, unrun }: WhatIsLeft,
): Promise<void> {
  const { store, clock } = ports.runtime;
  for (const { ordinal, error } of failed) await store.failTask(runId, keyOf(kept, ordinal, execution), error, timestamp(clock));
  const tasks = unrun.map(({ ordinal, status }) => ({ record: keyOf(kept, ordinal, execution), status }));
  await endUnrun(
    ports.runtime,
    { runId },
    tasks,
    kept.plan.on_failure === 'fail_fast' ? { ...BY_OTHERS, cancelled: failedFast() } : BY_OTHERS,
  );
}

const BY_OTHERS: Reasons = {
  blocked: { code: 'E5204', message: 'blocked by the failure of another task' },
  cancelled: { code: 'E5204', message: 'cancelled with its dependencies' },
};

/** All tasks had ended, only the run had not. */
async function endRun({ ports }: PlanExecutionOptions, ref: string, runId: string, kept: KeptPlan): Promise<void> {
  const { store } = ports.runtime;
  const run = await store.getRun(runId);
  if (run === undefined) return;
  const { resource_budget, on_failure } = kept.plan;
  const removed = new Set(kept.removed);
  const budget = runBudget(resource_budget);
  const tasks = endingTasks(kept.plan, removed);
  const spec = { tasks, ...(budget && { budget }), ...(on_failure === 'fail_fast' && { failFast: true as const }) };
  await endByTasks(ports.runtime, { ref, spec }, run, await store.countTasks(runId));
  await tellParent(ports.runtime, runId);
}

function resetsOf(
  kept: KeptPlan,
  progress: readonly TaskProgress[],
  left: WhatIsLeft,
  { execution, order }: Pick<RunControl, 'execution' | 'order'>,
): TaskReset[] {
  const items = new Map(progress.map((item) => [item.ordinal, item]));
  const statusOf = (ordinal: number): TaskStatus => items.get(ordinal)?.status ?? 'pending';
  // one that has ended stays as it is, unless it is made pending before it fails, or follows from how others ended
  const lost = [...left.failed, ...left.unrun].map(({ ordinal }) => ordinal).filter((ordinal) => isFinal(statusOf(ordinal)));
  const resets = [...left.open, ...lost].map((ordinal): TaskReset => ({ task: keyOf(kept, ordinal, execution), was: items.get(ordinal) }));
  // also those that have no item: who is late with them would make one
  const dropped = (kept.removed ?? []).filter((ordinal) => order.is_new_plan === true || items.has(ordinal));
  return [
    ...resets,
    ...dropped.map((ordinal): TaskReset => ({ task: keyOf(kept, ordinal, execution), was: items.get(ordinal), removed: true })),
  ];
}

function keyOf({ plan }: KeptPlan, ordinal: number, execution: number): TaskKey {
  return { ordinal, id: plan.tasks[ordinal]!.task_id, execution };
}
