import { LARGEST_PROMPT_PLAN } from '../model/plan-sizes.ts';
import { keepPinnedPlans } from '../planning/keep-pinned-plans.ts';
import { type KeptPlan, keepPlan, readWholePlan } from '../planning/kept-plan.ts';
import type { CheckedPlan, Planner } from '../planning/planner.ts';
import { invalidPlan } from '../planning/prepare-plan.ts';
import { ControlRefusedError, cancelRun, pauseRun, permitted, reopenRun, requireControl } from '../runtime/control-run.ts';
import type { Orphans } from '../runtime/orphans.ts';
import type { RunControl } from '../runtime/ports/runs.ts';
import { EngineThrottledError } from '../runtime/ports/workflow-engine.ts';
import type { SubmitPorts } from '../runtime/start-run.ts';
import { type ChangedPlan, changePlan, type PlanDiff } from './change-plan.ts';

export interface RetryOptions {
  /** How often each task may be retried from now on, in place of what its retry policy says. */
  readonly maxRetries?: number | undefined;
  /** An ExecutionPlan in place of the run's, of the same plan_id; of none only where the run's has none. */
  readonly plan?: unknown;
}

export interface ReopenOptions {
  /** The same key again, while the run is in the execution that it asked for, is no other resume or retry. */
  readonly idempotencyKey?: string | undefined;
}

/** A run after a control. */
export interface ControlledRun extends Pick<RunControl, 'run_id' | 'status' | 'execution'> {
  /** What a changed plan came to. */
  readonly diff?: PlanDiff | undefined;
}

/**
 * Stops runs and lets them go on. What a control comes to in each state of a run stands in `control-table.ts`; where it makes no sense
 * it throws a ControlRefusedError, for a run that is not there a RunUnknownError, and nothing has changed.
 */
export class RunControls {
  readonly #ports: SubmitPorts;
  readonly #planner: Pick<Planner, 'drive' | 'check' | 'makeId'>;
  readonly #orphans: Orphans | undefined;

  /** @param orphans where runs may be left by a process that ends */
  constructor(ports: SubmitPorts, planner: Pick<Planner, 'drive' | 'check' | 'makeId'>, orphans?: Orphans) {
    this.#ports = ports;
    this.#planner = planner;
    this.#orphans = orphans;
  }

  /** Nothing more starts, what runs is aborted, what has not ended is `cancelled`. */
  async cancel(runId: string): Promise<ControlledRun> {
    await cancelRun(this.#ports, runId);
    return this.#show(runId);
  }

  /** Nothing more starts; the run is `paused` when the tasks that run have ended. */
  async pause(runId: string): Promise<ControlledRun> {
    await this.#orphans?.settleOrphan(runId);
    await pauseRun(this.#ports, runId);
    return this.#show(runId);
  }

  /** A run that was paused, or whose execution was stopped or died, goes on where it stood; one that was left queued is started. */
  async resume(runId: string, { idempotencyKey }: ReopenOptions = {}): Promise<ControlledRun> {
    if (await this.#isDone(runId, idempotencyKey)) return this.#goOn(runId);
    await this.#orphans?.settleOrphan(runId);
    if (await this.#orphans?.takeOrphan(runId)) return this.#goOn(runId);
    await reopenRun(this.#ports, runId, { mode: 'resume', folder: this.#planner.makeId(), idempotency_key: idempotencyKey });
    return this.#goOn(runId);
  }

  /**
   * Runs the tasks again that have not completed; with a changed plan also those that it has changed, and all that depends on them.
   *
   * @throws PlanningError where the changed plan is not valid
   */
  async retry(runId: string, options: RetryOptions & ReopenOptions = {}): Promise<ControlledRun> {
    const { maxRetries: max_retries, idempotencyKey: idempotency_key } = options;
    if (await this.#isDone(runId, idempotency_key)) return this.#goOn(runId);
    await this.#orphans?.settleOrphan(runId);
    const changed = await this.#change(runId, options);
    const folder = this.#planner.makeId();
    if (changed !== undefined) {
      await keepPlan(this.#ports.blobs, runId, folder, changed.kept);
      await keepPinnedPlans(this.#ports.blobs, runId, changed.pinned);
    }
    await reopenRun(this.#ports, runId, { mode: 'retry', max_retries, folder, plan_folder: changed && folder, idempotency_key });
    return { ...(await this.#goOn(runId)), ...(changed && { diff: changed.diff }) };
  }

  /** What a changed plan would come to; nothing is written. @throws PlanningError where it is not valid */
  async previewRetry(runId: string, options: RetryOptions): Promise<ControlledRun> {
    const changed = await this.#change(runId, options);
    return { ...(await this.#show(runId)), ...(changed && { diff: changed.diff }) };
  }

  /** Whether the run's latest execution is what a request of this key has asked for, whose answer was lost. */
  async #isDone(runId: string, idempotencyKey: string | undefined): Promise<boolean> {
    if (idempotencyKey === undefined) return false;
    const { order } = await requireControl(this.#ports.runtime, runId);
    return order.idempotency_key === idempotencyKey;
  }

  async #change(runId: string, { plan }: RetryOptions): Promise<(ChangedPlan & Pick<CheckedPlan, 'pinned'>) | undefined> {
    const { blobs, runtime } = this.#ports;
    const control = await requireControl(this.#ports.runtime, runId);
    permitted(control, 'retry');
    if (plan === undefined) return undefined;
    const old = await readWholePlan({ blobs, store: runtime.store }, runId, control.order.plan_folder);
    const checked = await this.#planner.check(plan, old.plan.plan_id);
    checkSamePlan(old, checked);
    const items = new Map((await runtime.store.listProgress(runId)).map((item) => [item.ordinal, item]));
    const changed = changePlan(old, checked, (ordinal) => items.get(ordinal)?.status, control.execution);
    const { added, changed: others, rerun, retried } = changed.diff;
    if (added.length + others.length + rerun.length + retried.length === 0) {
      throw new ControlRefusedError(runId, 'retry', control.status, 'all tasks of the changed plan have completed');
    }
    return { ...changed, pinned: checked.pinned };
  }

  /** Starts the execution that was queued, unless it takes long to compile: the queue has it then, as it has whatever is not started now. */
  async #goOn(runId: string): Promise<ControlledRun> {
    const { task_count } = await requireControl(this.#ports.runtime, runId);
    if (task_count > LARGEST_PROMPT_PLAN.tasks) await this.#ports.queue.send(runId, 0);
    else {
      try {
        await this.#planner.drive(runId);
      } catch (error) {
        if (!(error instanceof EngineThrottledError)) throw error;
      }
    }
    return this.#show(runId);
  }

  async #show(runId: string): Promise<ControlledRun> {
    const { run_id, status, execution } = await requireControl(this.#ports.runtime, runId);
    return { run_id, status, execution };
  }
}

/** @throws PlanningError for another plan than the run's, and for one that does not say which it is although the run's does */
function checkSamePlan(old: KeptPlan, given: CheckedPlan): void {
  const { plan_id } = old.plan;
  const isMissing = given.made_id === true && old.made_id === undefined;
  if (given.plan.plan_id === plan_id && !isMissing) return;
  const message = `the run is of plan ${plan_id}, not of ${isMissing ? 'one without a plan_id' : given.plan.plan_id}`;
  const hint = `say ${JSON.stringify({ plan_id }).slice(1, -1)} where it is a change of that plan; submit another as a run of its own`;
  throw invalidPlan([{ code: 'E5600', path: '$.plan_id', message, task_ids: [], hint }]);
}
