import { LocalPlatform, type LocalPlatformOptions } from './local/local-platform.ts';
import { RunExistsError } from './local/sqlite/errors.ts';
import { PlanningError } from './model/errors.ts';
import type { JsonObject } from './model/json.ts';
import { MAX_TIMEOUT_SEC, type Plan } from './model/plan.ts';
import { readContext } from './model/read-context.ts';
import { type PlanResult, planFailure, planResult } from './plan-result.ts';
import { type PreparedPlan, type PrepareOptions, preparePlan } from './prepare-plan.ts';
import type { Run, RunStore, TaskItem } from './runtime/ports.ts';
import { settleRun } from './runtime/settle-run.ts';
import { sharedPoolNames } from './runtime/shared-pool-names.ts';
import { executionName, startRun } from './runtime/start-run.ts';
import { type OrchestratorStats, withRates } from './runtime/statistics.ts';
import { writeBack } from './write-back.ts';

export type TaskOrchestratorOptions = LocalPlatformOptions & PrepareOptions;

/**
 * Executes plans in this process, with the definitions that would run on AWS.
 *
 * @example
 * const orchestrator = new TaskOrchestrator({ toolExecutor: inProcessTools({ add: ({ a, b }) => a + b }) });
 * const result = await orchestrator.executePlan({ tasks: [{ task_id: 'sum', task_type: 'tool_call', tool_name: 'add', inputs: { a: 1, b: 2 } }] });
 * result.outputs.sum; // { data: 3 }
 */
export class TaskOrchestrator {
  readonly #platform: LocalPlatform;
  readonly #options: PrepareOptions;
  readonly #makeId: () => string;

  /** @throws StoreUnusableError when `dataDir` cannot be used; RangeError for limits out of range */
  constructor(options: TaskOrchestratorOptions = {}) {
    const { maxParallelTasks, taskTimeoutSec, makeId = () => crypto.randomUUID() } = options;
    if (maxParallelTasks !== undefined && !(Number.isInteger(maxParallelTasks) && maxParallelTasks > 0)) {
      throw new RangeError(`maxParallelTasks is ${maxParallelTasks}, not a whole number above 0`);
    }
    if (taskTimeoutSec !== undefined && !(taskTimeoutSec > 0 && taskTimeoutSec <= MAX_TIMEOUT_SEC)) {
      throw new RangeError(`taskTimeoutSec is ${taskTimeoutSec}, not above 0 and at most ${MAX_TIMEOUT_SEC}`);
    }
    this.#options = { maxParallelTasks, taskTimeoutSec, makeId };
    this.#makeId = makeId;
    this.#platform = new LocalPlatform(options);
  }

  /** The store of all runs, to read statuses and events from. */
  get store(): RunStore {
    return this.#platform.store;
  }

  /**
   * Runs a plan to its end. Afterwards the statuses, outputs, errors and times stand on the plan and its tasks.
   *
   * @param input an ExecutionPlan; run-state fields of an earlier execution are ignored
   * @param context what `{{context.…}}` reads
   * @throws PlanningError E5204 when tasks failed, E5203 or E5501 when the run went over its time or budget, with counts in `details`;
   *   E5200 for everything else, an invalid plan included
   */
  async executePlan(input: unknown, context: JsonObject = {}): Promise<PlanResult> {
    const sharedPools = await this.#sharedPools();
    const { plan, run, items } = await this.#run(preparePlan(input, { ...this.#options, sharedPools }), context);
    writeBack(input, plan, run, items);
    return resultOf(plan, run, items);
  }

  /** The same for a plan that has been prepared. @throws PlanningError */
  async executePrepared(prepared: PreparedPlan, context: JsonObject = {}): Promise<PlanResult> {
    const { plan, run, items } = await this.#run(prepared, context);
    return resultOf(plan, run, items);
  }

  async #run({ plan, compilation }: PreparedPlan, context: JsonObject): Promise<{ plan: Plan; run: Run; items: TaskItem[] }> {
    const { runtime, engine, store } = this.#platform;
    const runId = this.#makeId();
    const run = { run_id: runId, plan_id: plan.plan_id, goal_id: plan.goal_id, context: readContext(context) };
    try {
      await startRun(runtime, { run, spec: compilation.spec, machines: compilation.machines });
      await engine.waitForEnd(executionName(runId, 1));
      return { plan, run: (await store.getRun(runId))!, items: await store.listTasks(runId) };
    } catch (error) {
      if (!(error instanceof RunExistsError)) await this.#abandon(runId, String(error));
      throw new PlanningError('E5200', `run ${runId} could not be executed: ${String(error)}`, { run_id: runId }, { cause: error });
    }
  }

  async #sharedPools(): Promise<ReadonlySet<string>> {
    try {
      return await sharedPoolNames(this.store);
    } catch (error) {
      throw new PlanningError('E5200', `the store could not be read: ${String(error)}`, {}, { cause: error });
    }
  }

  /** Ends a run that cannot go on, where the store still can say so. */
  async #abandon(runId: string, reason: string): Promise<void> {
    await settleRun(this.#platform.runtime, runId, { reason }).catch(() => {});
  }

  async getStats(): Promise<OrchestratorStats> {
    return withRates(await this.store.getStatistics());
  }

  /** Closes the store. Runs that are under way stop where they are, and whoever waits for them gets E5200. */
  close(): void {
    this.#platform.close();
  }
}

/** @throws PlanningError where the run has not completed */
function resultOf(plan: Plan, run: Run, items: readonly TaskItem[]): PlanResult {
  const tasks = items.map((item) => ({ ...item, task_id: plan.tasks[item.ordinal]!.task_id }));
  if (run.status !== 'completed') throw planFailure(run, tasks);
  const completed = tasks.filter(({ status }) => status === 'completed');
  return planResult(run, Object.fromEntries(completed.map(({ task_id, outputs }) => [task_id, outputs ?? {}])));
}
