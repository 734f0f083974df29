import type { RunPlan } from '../../examples/run-plan.ts';
import type { ApiClient } from './api-client.ts';

/** Runs plans where they are deployed, through the API. */
export function runsDeployed(api: ApiClient): RunPlan {
  return async (plan) => {
    const runId = await api.submit(plan);
    const { status, totals } = await api.untilEnded(runId);
    const tasks = Object.values(await api.tasks(runId));
    const completed = tasks.filter((task) => task.status === 'completed');
    const outputs = await Promise.all(completed.map(async ({ task_id }) => [task_id, (await api.task(runId, task_id)).outputs] as const));
    return { status, completed_tasks: totals!.completed, failed_tasks: totals!.failed, outputs: Object.fromEntries(outputs) };
  };
}
