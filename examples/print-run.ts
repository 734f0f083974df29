import type { TaskOrchestrator } from '../lib/index.ts';

/** Runs a plan and prints how it and each of its tasks ended. */
export async function printRun(orchestrator: TaskOrchestrator, plan: unknown): Promise<void> {
  const { run_id } = await orchestrator.submit(plan);
  const { status } = await orchestrator.wait(run_id);
  const { tasks } = await orchestrator.status(run_id);
  for (const { task_id, status: end, error } of tasks) {
    console.log(`${end.padEnd(10)} ${task_id}${error === null ? '' : `: ${error.message}`}`);
  }
  console.log(`\nThe run is ${status}.\n`);
}
