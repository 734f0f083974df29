import type { Report } from '../compiler/report.ts';
import type { JsonObject } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import type { ControlledRun, RetryOptions } from '../run-control/run-controls.ts';
import type { CallbackOutcome, CallbackReport } from '../runtime/complete-callback.ts';
import type { Control } from '../runtime/control-table.ts';
import type { TaskDescription } from '../runtime/describe-tasks.ts';
import type { SharedPool, SharedPoolStatus } from '../runtime/ports/places.ts';
import type { RunEvent } from '../runtime/ports/run-event.ts';
import type { Run } from '../runtime/ports/runs.ts';
import type { StoredPlan, StoredPlanEntry } from '../runtime/ports/stored-plans.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import { isAtRest } from '../runtime/wait-for-run.ts';
import { ApiError } from './errors.ts';
import type { ApiCall } from './request.ts';
import { Transport, type TransportOptions } from './transport.ts';
import { uploadWhereLarge } from './upload-plan.ts';

/** `problems`: of a plan that was found to be invalid after it was accepted. */
export type RunView = Omit<Run, 'context'> & { readonly problems?: readonly Problem[] };
export type TaskSummary = Omit<TaskDescription, 'outputs'>;
export type PlanReport = Report & { readonly warnings: readonly string[] };
/** As long as the API lets wait. */
const LONGEST_WAIT_SEC = 20;

export type ApiClientOptions = TransportOptions;

export interface PlanSubmission {
  /** An ExecutionPlan. */
  readonly plan: unknown;
  /** What `{{context.…}}` reads. */
  readonly context?: JsonObject | undefined;
  /** The same key again is the same run. Default: a new one. */
  readonly idempotencyKey?: string | undefined;
  /** At most so many tasks at once, where neither the plan nor the deployment says fewer. */
  readonly maxParallelTasks?: number | undefined;
}

export interface PageQuery {
  /** 1 to 100. */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/**
 * The HTTP API of a deployment, or of `task-orchestrator serve`. What may pass is tried again.
 *
 * All methods throw an ApiError where the API refuses, an UnreachableError where it does not answer.
 *
 * @example
 * const client = new ApiClient({ endpoint: new URL('http://127.0.0.1:8080') });
 * const { run_id } = await client.submit({ plan: { tasks: [{ task_id: 'a' }] } });
 */
export class ApiClient {
  readonly #transport: Transport;

  constructor(options: ApiClientOptions) {
    this.#transport = new Transport(options);
  }

  /**
   * A plan that is too large for a request is uploaded first. The run of a very large one is `queued` without tasks until it is
   * compiled: see `whenPlanned`.
   *
   * @throws PlanningError E5200 for an invalid plan, with all its problems in `details.problems`
   */
  async submit({
    plan,
    context,
    idempotencyKey = crypto.randomUUID(),
    maxParallelTasks,
  }: PlanSubmission): Promise<Pick<Run, 'run_id' | 'status'>> {
    const query = { max_parallel_tasks: maxParallelTasks };
    const headers = { 'idempotency-key': idempotencyKey };
    const body = await uploadWhereLarge(this.#transport, { plan, context });
    return this.#send('run_id', { method: 'POST', path: ['plans'], query, headers, body });
  }

  /** What the plan comes to there; nothing is written. @throws PlanningError */
  async dryRun({ plan, maxParallelTasks }: Pick<PlanSubmission, 'plan' | 'maxParallelTasks'>): Promise<PlanReport> {
    const query = { dry_run: true, max_parallel_tasks: maxParallelTasks };
    const body = await uploadWhereLarge(this.#transport, { plan });
    return this.#send('states', { method: 'POST', path: ['plans'], query, body });
  }

  /** Ends a run: nothing more starts, what runs is aborted. Harmless where it is cancelled already. An ApiError of status 409 refuses. */
  cancel(runId: string): Promise<ControlledRun> {
    return this.#control(runId, 'cancel');
  }

  /** Lets nothing more start; `wait` tells when the tasks that run have ended. An ApiError of status 409 refuses. */
  pause(runId: string): Promise<ControlledRun> {
    return this.#control(runId, 'pause');
  }

  /** A run that was paused, or whose execution was stopped, goes on where it stood. An ApiError of status 409 refuses. */
  resume(runId: string): Promise<ControlledRun> {
    return this.#control(runId, 'resume', { headers: { 'idempotency-key': crypto.randomUUID() } });
  }

  /**
   * Runs the tasks of a run again that have not completed, also by a changed plan. `dryRun`: says only what that would come to.
   * An ApiError of status 409 refuses.
   *
   * @throws PlanningError where the changed plan is not valid
   */
  retry(
    runId: string,
    { maxRetries, plan, dryRun }: RetryOptions & { readonly dryRun?: boolean | undefined } = {},
  ): Promise<ControlledRun> {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    return this.#control(runId, 'retry', { headers, query: { dry_run: dryRun }, body: { max_retries: maxRetries, plan } });
  }

  /** Waits until a run has ended or is paused, at most so long. @returns the run as it is then; undefined where there is none */
  async wait(
    runId: string,
    { timeoutSec = Number.POSITIVE_INFINITY }: { readonly timeoutSec?: number | undefined } = {},
  ): Promise<RunView | undefined> {
    const endMs = performance.now() + timeoutSec * 1000;
    for (let run = await this.getRun(runId); ; ) {
      const leftSec = (endMs - performance.now()) / 1000;
      if (run === undefined || isAtRest(run) || leftSec <= 0) return run;
      const wait = Math.min(LONGEST_WAIT_SEC, Math.ceil(leftSec));
      run = await orUndefined(this.#get('run_id', ['runs', runId], { wait, status: run.status }));
    }
  }

  getRun(runId: string): Promise<RunView | undefined> {
    return orUndefined(this.#get('run_id', ['runs', runId]));
  }

  /** Newest first. */
  listRuns(page: PageQuery = {}): Promise<{ runs: RunView[]; next_cursor: string | null }> {
    return this.#get('runs', ['runs'], { ...page });
  }

  /** In the order of the plan. */
  listTasks(runId: string, page: PageQuery = {}): Promise<{ tasks: TaskSummary[]; next_cursor: string | null }> {
    return this.#get('tasks', ['runs', runId, 'tasks'], { ...page });
  }

  getTask(runId: string, taskId: string): Promise<TaskDescription | undefined> {
    return orUndefined(this.#get('task_id', ['runs', runId, 'tasks', taskId]));
  }

  /** `limit`: 1 to 1000. */
  listEvents(runId: string, query: { after?: number; limit?: number } = {}): Promise<{ events: RunEvent[]; last_seq: number }> {
    return this.#get('events', ['runs', runId, 'events'], query);
  }

  getStats(): Promise<OrchestratorStats> {
    return this.#get('plans_executed', ['stats']);
  }

  /** The pools that all runs share. */
  async listPools(): Promise<SharedPoolStatus[]> {
    const { pools } = await this.#get<{ pools: SharedPoolStatus[] }>('pools', ['pools']);
    return pools;
  }

  /** Makes such a pool, or changes its limit. */
  async putPool({ name, limit }: SharedPool): Promise<void> {
    await this.#send<SharedPool>('name', { method: 'PUT', path: ['pools', name], body: { limit } });
  }

  /** Keeps a plan by a name, for others to name in `plan_ref`. @throws PlanningError E5200 for an invalid plan */
  putPlan(name: string, plan: unknown): Promise<StoredPlanEntry> {
    return this.#send('task_count', { method: 'PUT', path: ['plans', name], body: plan });
  }

  /** The plans that are kept, by their names; `after`: those behind one. */
  listPlans(page: { readonly limit?: number; readonly after?: string } = {}): Promise<{ plans: StoredPlanEntry[]; next: string | null }> {
    return this.#get('plans', ['plans'], page);
  }

  getPlan(name: string): Promise<StoredPlan | undefined> {
    return orUndefined(this.#get('plan', ['plans', name]));
  }

  /** Whether there was one. */
  async deletePlan(name: string): Promise<boolean> {
    const { removed } = await this.#send<{ removed: boolean }>('removed', { method: 'DELETE', path: ['plans', name] });
    return removed;
  }

  /** Reports on a task that an executor had accepted. Safe to repeat. */
  async sendCallback(callbackId: string, report: CallbackReport): Promise<CallbackOutcome> {
    try {
      await this.#send('outcome', { method: 'POST', path: ['callbacks', callbackId], body: report });
      return 'accepted';
    } catch (error) {
      if (error instanceof ApiError && error.fromApi && error.status === 404) return 'unknown';
      if (error instanceof ApiError && error.status === 410) return 'expired';
      throw error;
    }
  }

  #control(runId: string, control: Control, call: Pick<ApiCall, 'query' | 'headers' | 'body'> = {}): Promise<ControlledRun> {
    return this.#send('run_id', { method: 'POST', path: ['runs', runId, control], ...call });
  }

  #get<T>(sign: keyof T & string, path: readonly string[], query: ApiCall['query'] = {}): Promise<T> {
    return this.#send(sign, { method: 'GET', path, query });
  }

  /** `sign`: a field that the answer has if it comes from where it should. */
  async #send<T>(sign: keyof T & string, call: ApiCall): Promise<T> {
    const answer = await this.#transport.send(call);
    if (!Object.hasOwn(answer, sign))
      throw new ApiError({ status: 200, title: `no ${sign} in the answer`, detail: 'is this a TaskOrchestrator?' });
    return answer as T;
  }
}

async function orUndefined<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ApiError && error.fromApi && error.status === 404) return undefined;
    throw error;
  }
}
