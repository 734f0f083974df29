import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_FILE } from '../local/local-platform.ts';
import { SqliteStore } from '../local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../local/virtual-clock.ts';
import type { JsonObject } from '../model/json.ts';
import { TaskOrchestrator } from '../orchestrator.ts';
import type { PlanResult } from '../plan-result.ts';
import { type PreparedPlan, preparePlan } from '../prepare-plan.ts';
import type { SharedPool } from '../runtime/ports.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import type { PlanRunner } from './plan-runner.ts';
import type { RunOutput } from './run-output.ts';

/** The pools that all runs of a folder share. Nothing is written where there is no folder yet. */
export async function sharedPoolsIn(dataDir: string): Promise<SharedPool[]> {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) return [];
  const store = new SqliteStore({ path });
  try {
    return await store.listSharedPools();
  } finally {
    store.close();
  }
}

export interface LocalRunnerOptions {
  readonly dataDir: string;
  readonly maxParallel?: number | undefined;
  readonly simulate?: boolean | undefined;
}

/** Runs a plan in this process. */
export class LocalRunner implements PlanRunner {
  readonly #prepared: PreparedPlan;
  readonly #sharedPools: readonly SharedPool[];
  readonly #clock: VirtualClock | undefined;
  readonly #dataDir: string | undefined;
  #orchestrator: TaskOrchestrator | undefined;

  private constructor(prepared: PreparedPlan, sharedPools: readonly SharedPool[], { dataDir, simulate = false }: LocalRunnerOptions) {
    this.#prepared = prepared;
    this.#sharedPools = sharedPools;
    this.#clock = simulate ? new VirtualClock(Date.now()) : undefined;
    this.#dataDir = simulate ? undefined : dataDir;
  }

  /** @throws PlanningError for an invalid plan */
  static async prepare(plan: unknown, options: LocalRunnerOptions): Promise<LocalRunner> {
    const pools = await sharedPoolsIn(options.dataDir);
    const sharedPools = new Set(pools.map(({ name }) => name));
    return new LocalRunner(preparePlan(plan, { maxParallelTasks: options.maxParallel, sharedPools }), pools, options);
  }

  async execute(context: JsonObject, output: RunOutput): Promise<PlanResult> {
    const clock = this.#clock;
    this.#orchestrator = new TaskOrchestrator({ clock, dataDir: this.#dataDir, onEvent: (event) => output.onEvent(event) });
    // a simulation has a store of its own
    if (this.#dataDir === undefined) for (const pool of this.#sharedPools) await this.#orchestrator.store.putSharedPool(pool);
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
