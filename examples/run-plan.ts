import type { TaskOrchestrator } from '../lib/index.ts';

/** How a run ended, wherever it ran. */
export interface ExampleResult {
  readonly status: string;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  /** Of the completed tasks, by task id. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Runs a plan to its end: in this process, or where it is deployed. */
export type RunPlan = (plan: unknown) => Promise<ExampleResult>;

export function runsOn(orchestrator: TaskOrchestrator): RunPlan {
  return (plan) => orchestrator.executePlan(plan);
}
