import { VirtualClock } from '../local/virtual-clock.ts';
import type { JsonObject } from '../model/json.ts';
import { TaskOrchestrator } from '../orchestrator.ts';
import { type PreparedPlan, preparePlan } from '../planning/prepare-plan.ts';
import type { PlanResult } from '../results/plan-result.ts';
import type { SharedPool } from '../runtime/ports/places.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import { inFolder, interruptLocalRun, type KeptAt, resumeLine } from './hints.ts';
import type { Interruption, PlanRunner } from './plan-runner.ts';
import type { RunOutput } from './run-output.ts';
import { sharedIn } from './shared-in.ts';

export interface LocalRunnerOptions {
  readonly dataDir: string;
  readonly context: JsonObject;
  readonly maxParallel?: number | undefined;
  readonly simulate?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** Runs a plan in this process. */
export class LocalRunner implements PlanRunner {
  readonly #prepared: PreparedPlan;
  readonly #sharedPools: readonly SharedPool[];
  readonly #options: LocalRunnerOptions;
  readonly #clock: VirtualClock | undefined;
  readonly #dataDir: string | undefined;
  #runId: string = crypto.randomUUID();
  #orchestrator: TaskOrchestrator | undefined;

  private constructor(prepared: PreparedPlan, sharedPools: readonly SharedPool[], options: LocalRunnerOptions) {
    const { dataDir, simulate = false } = options;
    this.#prepared = prepared;
    this.#sharedPools = sharedPools;
    this.#options = options;
    this.#clock = simulate ? new VirtualClock(Date.now()) : undefined;
    this.#dataDir = simulate ? undefined : dataDir;
  }

  /** @throws PlanningError for an invalid plan */
  static async prepare(plan: unknown, options: LocalRunnerOptions): Promise<LocalRunner> {
    const { pools, ...shared } = await sharedIn(options.dataDir, plan);
    return new LocalRunner(
      preparePlan(plan, { maxParallelTasks: options.maxParallel, context: options.context, ...shared }),
      pools,
      options,
    );
  }

  get keptAt(): KeptAt | undefined {
    return this.#dataDir === undefined ? undefined : inFolder(this.#dataDir);
  }

  async execute(output: RunOutput): Promise<PlanResult> {
    const clock = this.#clock;
    const { context, idempotencyKey } = this.#options;
    const orchestrator = new TaskOrchestrator({
      clock,
      dataDir: this.#dataDir,
      onEvent: (event) => {
        if (event.run_id === this.#runId) output.onEvent(event);
      },
    });
    this.#orchestrator = orchestrator;
    // a simulation has a store of its own
    if (this.#dataDir === undefined) for (const pool of this.#sharedPools) await orchestrator.store.putSharedPool(pool);
    else await nameInterrupted(orchestrator, output, inFolder(this.#dataDir));
    const { plan, warnings } = this.#prepared;
    const { tasks } = plan;
    output.note(warnings);
    const names = new Map(tasks.map((task) => [task.task_id, task.name]));
    output.begin({ taskCount: tasks.length, nameOf: (id) => names.get(id) ?? id, now: () => clock?.now() ?? Date.now() });
    const { run_id: runId, created } = await orchestrator.submitPrepared(this.#prepared, context, { runId: this.#runId, idempotencyKey });
    if (!created) await this.#attach(orchestrator, runId, output);
    await orchestrator.wait(runId);
    return orchestrator.result(runId);
  }

  getStats(): Promise<OrchestratorStats> {
    return this.#orchestrator!.getStats();
  }

  close(): void {
    this.#orchestrator?.close();
  }

  interrupt(runId: string | undefined): Interruption {
    return interruptLocalRun(this.#orchestrator!, runId, this.keptAt);
  }

  /** The key is that of an earlier run: that is the one which is waited for. */
  async #attach(orchestrator: TaskOrchestrator, runId: string, output: RunOutput): Promise<void> {
    this.#runId = runId;
    output.runId = runId;
    output.note([`run ${runId} has this key already, from an earlier request: it is not run again`]);
    if (await orchestrator.isElsewhere(runId)) output.note(['another process executes it: waiting']);
    else await orchestrator.drive(runId); // where it was accepted by a process that is gone
  }
}

/** Others that a process has left which is gone. */
async function nameInterrupted(orchestrator: TaskOrchestrator, output: RunOutput, at: KeptAt): Promise<void> {
  const interrupted = await orchestrator.settleOrphans();
  output.note(interrupted.map((runId) => `run ${runId} was interrupted; ${resumeLine(runId, at)}`));
}
