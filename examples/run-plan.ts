import type { TaskOrchestrator } from '../lib/index.ts';
import type { ExamplePlan } from './plan-of.ts';

/** How a run ended, wherever it ran. */
export interface ExampleResult {
  readonly status: string;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  /** By task id. */
  readonly tasks: Readonly<Record<string, ExampleEnd>>;
  /** Of the completed tasks, by task id. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface ExampleEnd {
  readonly status: string;
  readonly attempt: number;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

/** Runs a plan to its end: in this process, or where it is deployed. */
export type RunPlan = (plan: ExamplePlan) => Promise<ExampleResult>;

export function runsOn(orchestrator: TaskOrchestrator): RunPlan {
  return async (plan) => {
    const { run_id } = await orchestrator.submit(plan);
    const run = await orchestrator.wait(run_id);
    return exampleResult(run, (await orchestrator.status(run_id)).tasks);
  };
}

/** @param tasks with the outputs of those that have completed */
export function exampleResult(
  { status, totals }: { readonly status: string; readonly totals: { readonly completed: number; readonly failed: number } | null },
  tasks: readonly (ExampleEnd & { readonly task_id: string; readonly outputs?: unknown })[],
): ExampleResult {
  const completed = tasks.filter((task) => task.status === 'completed');
  return {
    status,
    completed_tasks: totals!.completed,
    failed_tasks: totals!.failed,
    tasks: Object.fromEntries(tasks.map((task) => [task.task_id, task])),
    outputs: Object.fromEntries(completed.map(({ task_id, outputs }) => [task_id, outputs])),
  };
}
