import { type PlanResult, planFailure, planResult } from '../results/plan-result.ts';
import type { ApiClient, RunView } from './api-client.ts';
import { getTasks } from './get-tasks.ts';
import { listAllTasks } from './list-all-tasks.ts';

/**
 * What a run came to that has ended. Outputs are read of at most `maxOutputs` tasks, each with a request.
 *
 * @throws PlanningError where the run has not completed: E5204 when tasks failed, E5203 or E5501 when it went over its time or budget
 */
export async function readResult(client: ApiClient, run: RunView, maxOutputs = Number.POSITIVE_INFINITY): Promise<PlanResult> {
  if (run.status !== 'completed') throw planFailure(run, await listAllTasks(client, run.run_id));
  const summaries = await listAllTasks(client, run.run_id, maxOutputs);
  const tasks = await getTasks(
    client,
    run.run_id,
    summaries.filter(({ status }) => status === 'completed').map(({ task_id }) => task_id),
  );
  return planResult(run, Object.fromEntries(tasks.map(({ task_id, outputs }) => [task_id, outputs ?? {}])));
}
