import { VirtualClock } from '../local/virtual-clock.ts';
import type { JsonObject } from '../model/json.ts';
import { TaskOrchestrator } from '../orchestrator.ts';
import type { PlanResult } from '../plan-result.ts';
import { type PreparedPlan, preparePlan } from '../prepare-plan.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import type { PlanRunner } from './plan-runner.ts';
import type { RunOutput } from './run-output.ts';

export interface LocalRunnerOptions {
  readonly dataDir: string;
  readonly maxParallel?: number | undefined;
  readonly simulate?: boolean | undefined;
}

/** Runs a plan in this process. */
export class LocalRunner implements PlanRunner {
  readonly #prepared: PreparedPlan;
  readonly #clock: VirtualClock | undefined;
  readonly #dataDir: string | undefined;
  #orchestrator: TaskOrchestrator | undefined;

  /** @throws PlanningError for an invalid plan */
  constructor(plan: unknown, { dataDir, maxParallel, simulate = false }: LocalRunnerOptions) {
    this.#prepared = preparePlan(plan, { maxParallelTasks: maxParallel });
    this.#clock = simulate ? new VirtualClock(Date.now()) : undefined;
    this.#dataDir = simulate ? undefined : dataDir;
  }

  execute(context: JsonObject, output: RunOutput): Promise<PlanResult> {
    const clock = this.#clock;
    this.#orchestrator = new TaskOrchestrator({ clock, dataDir: this.#dataDir, onEvent: (event) => output.onEvent(event) });
    const { plan, warnings } = this.#prepared;
    const { tasks } = plan;
    output.note(warnings);
    const names = new Map(tasks.map((task) => [task.task_id, task.name]));
    output.begin({ taskCount: tasks.length, nameOf: (id) => names.get(id) ?? id, now: () => clock?.now() ?? Date.now() });
    return this.#orchestrator.executePrepared(this.#prepared, context);
  }

  getStats(): Promise<OrchestratorStats> {
    return this.#orchestrator!.getStats();
  }

  close(): void {
    this.#orchestrator?.close();
  }

  /** What is finished stays finished. */
  describeInterruption(runId: string | undefined): string {
    const kept = runId !== undefined && this.#dataDir !== undefined;
    return `interrupted${kept ? `; see: task-orchestrator status ${runId} --data-dir ${this.#dataDir}` : ''}`;
  }
}
