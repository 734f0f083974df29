import type { Report } from '../compiler/report.ts';
import { PlanningError } from '../model/errors.ts';
import { refOf } from '../model/execution-ref.ts';
import { type JsonObject, toPlainJson } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { driveRun } from '../runtime/drive-run.ts';
import { keepMachines } from '../runtime/kept-machines.ts';
import type { Run, RunControl } from '../runtime/ports/runs.ts';
import type { StoredPlanEntry } from '../runtime/ports/stored-plans.ts';
import { readProblems, readQueuedPlan, refuseQueuedPlan, submitQueuedPlan } from '../runtime/queued-plan.ts';
import { timestamp } from '../runtime/runtime.ts';
import { sharedPoolNames } from '../runtime/shared-pool-names.ts';
import { type SubmitPorts, submitRun } from '../runtime/start-run.ts';
import { requireSamePlan } from './earlier-run.ts';
import { keepPinnedPlans } from './keep-pinned-plans.ts';
import { type KeptPlan, keepPlan } from './kept-plan.ts';
import { planChildRun } from './plan-child-run.ts';
import { planExecution } from './plan-execution.ts';
import type { CompileTargets, PreparedPlan, PrepareOptions } from './prepare-plan.ts';
import { pinnedIn, preparePlan } from './prepare-plan.ts';
import { parseSubmission } from './submission.ts';

export interface PlannerOptions extends PrepareOptions {
  readonly ports: SubmitPorts;
  readonly targets: CompileTargets;
  /** Shared pools that there are from the start, by their limits; `PUT /pools/{name}` may have changed them since. */
  readonly pools?: Readonly<Record<string, number>> | undefined;
}

export interface SubmitOptions {
  /** What the run is to be called. Default: a new id. */
  readonly runId?: string | undefined;
  /** The same key again is the same run. */
  readonly idempotencyKey?: string | undefined;
  /** At most so many tasks at once, where neither the plan nor the deployment says fewer. */
  readonly maxParallelTasks?: number | undefined;
}

export interface SubmitRequest extends SubmitOptions {
  /** An ExecutionPlan as it came in. */
  readonly plan: unknown;
  /** What `{{context.…}}` reads. */
  readonly context?: JsonObject | undefined;
}

type PrepareRequest = Pick<SubmitRequest, 'plan' | 'context' | 'maxParallelTasks'>;

export type CheckedPlan = Pick<KeptPlan, 'plan' | 'bindings' | 'made_id'> & Pick<PreparedPlan, 'pinned'>;

export type AcceptedRun = Pick<Run, 'run_id' | 'status'>;

/** Takes plans: checks and compiles them, writes their runs down and sees to it that they are started. */
export class Planner {
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** @throws PlanningError E5200 with all problems of the plan in `details.problems` */
  async prepare(request: PrepareRequest): Promise<PreparedPlan> {
    return this.#prepare(request, { sharedPools: await this.#poolNames() });
  }

  /**
   * Keeps a plan by a name, for others to name in `plan_ref`. Runs that were accepted before have the plan that there was.
   *
   * @throws PlanningError E5200 with all problems of the plan
   */
  async store(name: string, plan: unknown): Promise<StoredPlanEntry> {
    const { store, clock } = this.#options.ports.runtime;
    const prepared = await this.#prepare({ plan }, { sharedPools: await this.#poolNames() }, { name });
    const entry = { name, task_count: prepared.plan.tasks.length, updated_at: timestamp(clock) };
    await store.putStoredPlan({ ...entry, plan: toPlainJson(plan) });
    return entry;
  }

  /** What the plan comes to and what of it has no effect; nothing is written. @throws PlanningError */
  async dryRun(request: PrepareRequest): Promise<Report & { warnings: readonly string[] }> {
    const { compilation, warnings } = await this.prepare(request);
    return { ...compilation.report, warnings };
  }

  /** An id that nobody can guess. */
  makeId(): string {
    const { makeId = () => crypto.randomUUID() } = this.#options;
    return makeId();
  }

  /**
   * Accepts a plan: from now on its run is not lost. It may still be `queued` where Step Functions is too busy.
   *
   * @throws PlanningError E5200 for an invalid plan, of which nothing is left behind; KeyTakenError
   */
  async submit(request: SubmitRequest): Promise<AcceptedRun> {
    const { context = {}, idempotencyKey, runId = this.makeId() } = request;
    await this.#makePools();
    const prepared = await this.prepare(request);
    const { plan, compilation, kept, pinned } = prepared;
    const { ports } = this.#options;
    // of this very submit: another of the same run may be under way
    const folder = this.makeId();
    const run = { run_id: runId, plan_id: plan.plan_id, goal_id: plan.goal_id, context, idempotency_key: idempotencyKey, folder };
    await keepPlan(ports.blobs, runId, folder, kept);
    await keepPinnedPlans(ports.blobs, runId, pinned);
    const { run_id, created } = await submitRun(ports, { run, spec: compilation.spec, machines: compilation.machines });
    const accepted = (await ports.runtime.store.getRun(run_id))!;
    if (!created) requireSamePlan(accepted, prepared);
    return { run_id, status: accepted.status };
  }

  /**
   * Accepts a plan unread, as the JSON of a submission. It is checked and compiled from the queue: if it is not valid its run ends
   * `failed`, and `problemsOf` has its problems.
   */
  async submitUnread(bytes: Uint8Array, { runId = this.makeId(), idempotencyKey, maxParallelTasks }: SubmitOptions): Promise<AcceptedRun> {
    const run = { run_id: runId, idempotency_key: idempotencyKey, folder: this.makeId() };
    const { ports } = this.#options;
    // who compiles it later works for all tenants, and would not find this one's pools
    await this.#makePools();
    const shared_pools = [...(await this.#poolNames())];
    const options = { max_parallel_tasks: maxParallelTasks, shared_pools };
    const { run_id } = await submitQueuedPlan(ports, run, { bytes, options });
    const { status } = (await ports.runtime.store.getRun(run_id))!;
    return { run_id, status };
  }

  /** Takes a run on that the queue has, as far as it is not. @throws EngineThrottledError when it must be tried later */
  drive(runId: string): Promise<void> {
    return driveRun(this.#options.ports, runId, (control) => this.#planExecution(control));
  }

  /** A plan that is to take the place of a run's, and what it pins. @throws PlanningError E5200 with all its problems */
  async check(plan: unknown, planId: string): Promise<CheckedPlan> {
    const { kept, pinned } = await this.#prepare({ plan }, { makeId: () => planId, sharedPools: await this.#poolNames() });
    return { ...kept, pinned };
  }

  /** What was wrong with the plan of a run that was refused. */
  problemsOf(runId: string): Promise<readonly Problem[]> {
    return readProblems(this.#options.ports.blobs, runId);
  }

  async #planExecution(control: RunControl): Promise<boolean> {
    const { ports, targets } = this.#options;
    const isChild = control.parent !== undefined;
    if (control.task_count === 0 && !isChild) return this.#compileUnread(control);
    // whoever drives runs on works for all tenants
    const options = { ports, targets, sharedPools: await this.#poolNames(control.run_id) };
    if (!isChild || control.planned > 0) return planExecution(options, control);
    return planChildRun({ ...options, maxParallelTasks: this.#options.maxParallelTasks }, control);
  }

  async #compileUnread({ run_id: runId, execution, order }: RunControl): Promise<boolean> {
    const { ports } = this.#options;
    const ref = refOf({ runId, execution });
    const { bytes, options } = await readQueuedPlan(ports.blobs, runId, order.plan_folder);
    try {
      const { plan, context } = parseSubmission(bytes);
      // whoever compiles it again comes to the same
      const prepared = await this.#prepare(
        { plan, context, maxParallelTasks: options.max_parallel_tasks },
        { makeId: () => runId, sharedPools: new Set(options.shared_pools) },
        { ofRun: runId },
      );
      const { machines, spec } = prepared.compilation;
      const { plan_id, goal_id } = prepared.plan;
      await keepPlan(ports.blobs, runId, order.plan_folder, prepared.kept);
      await keepPinnedPlans(ports.blobs, runId, prepared.pinned);
      await keepMachines(ports.blobs, { runId, folder: order.folder }, machines);
      return await ports.runtime.store.planRun(ref, { plan_id, goal_id, context, machine: machines.at(-1)!.name }, spec);
    } catch (error) {
      if (!(error instanceof PlanningError)) throw error;
      await refuseQueuedPlan(ports, ref, error);
      return false;
    }
  }

  /** @param naming the name that the plan is to have; the run whose tenant's plans it names */
  async #prepare(
    { plan, context, maxParallelTasks }: PrepareRequest,
    options: Pick<PrepareOptions, 'makeId' | 'sharedPools'>,
    naming: { readonly name?: string; readonly ofRun?: string } = {},
  ): Promise<PreparedPlan> {
    const all = { ...this.#options, ...options };
    const pinned = await pinnedIn(this.#options.ports.runtime.store, plan, all, naming);
    const limits = [maxParallelTasks, this.#options.maxParallelTasks].filter((limit) => limit !== undefined);
    return preparePlan(plan, { ...all, pinned, context, ...(limits.length > 0 && { maxParallelTasks: Math.min(...limits) }) });
  }

  async #poolNames(ofRun?: string): Promise<ReadonlySet<string>> {
    return new Set([...(await sharedPoolNames(this.#options.ports.runtime.store, ofRun)), ...Object.keys(this.#options.pools ?? {})]);
  }

  /** Makes those that there are from the start, where nobody has. */
  async #makePools(): Promise<void> {
    const pools = Object.entries(this.#options.pools ?? {});
    if (pools.length === 0) return;
    const { store } = this.#options.ports.runtime;
    const known = await sharedPoolNames(store);
    for (const [name, limit] of pools) if (!known.has(name)) await store.putSharedPool({ name, limit });
  }
}
