import type { TaskDescription } from '../runtime/describe-tasks.ts';
import type { ApiClient } from './api-client.ts';

/** Deployments take 100 a second, unless they say otherwise. */
const REQUESTS_AT_ONCE = 4;

/** Tasks of a run with their outputs, in the order asked for. Each is a request. */
export async function getTasks(client: ApiClient, runId: string, taskIds: readonly string[]): Promise<TaskDescription[]> {
  const found = new Map<string, TaskDescription>();
  const left = taskIds.values();
  const worker = async (): Promise<void> => {
    for (const taskId of left) {
      const task = await client.getTask(runId, taskId);
      if (task !== undefined) found.set(taskId, task);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
  return taskIds.flatMap((taskId) => found.get(taskId) ?? []);
}
