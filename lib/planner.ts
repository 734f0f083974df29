import type { Report } from './compiler/report.ts';
import type { JsonObject } from './model/json.ts';
import type { CompileTargets, PreparedPlan, PrepareOptions } from './prepare-plan.ts';
import { preparePlan } from './prepare-plan.ts';
import type { Run } from './runtime/ports.ts';
import { sharedPoolNames } from './runtime/shared-pool-names.ts';
import { type SubmitPorts, startQueued, submitRun } from './runtime/start-run.ts';

export interface PlannerOptions extends PrepareOptions {
  readonly ports: SubmitPorts;
  readonly targets: CompileTargets;
}

export interface SubmitRequest {
  /** An ExecutionPlan as it came in. */
  readonly plan: unknown;
  /** What `{{context.…}}` reads. */
  readonly context?: JsonObject | undefined;
  /** The same key again is the same run. */
  readonly idempotencyKey?: string | undefined;
  /** At most so many tasks at once, where neither the plan nor the deployment says fewer. */
  readonly maxParallelTasks?: number | undefined;
}

/** Takes plans: checks and compiles them, writes their runs down and sees to it that they are started. */
export class Planner {
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** @throws PlanningError E5200 with all problems of the plan in `details.problems` */
  async prepare({ plan, maxParallelTasks }: Pick<SubmitRequest, 'plan' | 'maxParallelTasks'>): Promise<PreparedPlan> {
    const limits = [maxParallelTasks, this.#options.maxParallelTasks].filter((limit) => limit !== undefined);
    const sharedPools = await sharedPoolNames(this.#options.ports.runtime.store);
    return preparePlan(plan, { ...this.#options, sharedPools, ...(limits.length > 0 && { maxParallelTasks: Math.min(...limits) }) });
  }

  /** What the plan comes to and what of it has no effect; nothing is written. @throws PlanningError */
  async dryRun(request: Pick<SubmitRequest, 'plan' | 'maxParallelTasks'>): Promise<Report & { warnings: readonly string[] }> {
    const { compilation, warnings } = await this.prepare(request);
    return { ...compilation.report, warnings };
  }

  /**
   * Accepts a plan: from now on its run is not lost. It may still be `queued` where Step Functions is too busy.
   *
   * @throws PlanningError E5200 for an invalid plan, of which nothing is left behind
   */
  async submit(request: SubmitRequest): Promise<Pick<Run, 'run_id' | 'status'>> {
    const { context = {}, idempotencyKey } = request;
    const { plan, compilation } = await this.prepare(request);
    const { makeId = () => crypto.randomUUID(), ports } = this.#options;
    const run = { run_id: makeId(), plan_id: plan.plan_id, goal_id: plan.goal_id, context, idempotency_key: idempotencyKey };
    const { run_id } = await submitRun(ports, { run, spec: compilation.spec, machines: compilation.machines });
    const { status } = (await ports.runtime.store.getRun(run_id))!;
    return { run_id, status };
  }

  /** Starts a run that the queue has. @throws EngineThrottledError when it must be tried later */
  startQueued(runId: string): Promise<void> {
    return startQueued(this.#options.ports, runId);
  }
}
