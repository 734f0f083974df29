import type { ApiClient, TaskSummary } from './api-client.ts';

const PAGE_TASKS = 100;

/** The tasks of a run in the order of its plan, at most `limit` of them. */
export async function listAllTasks(client: ApiClient, runId: string, limit = Number.POSITIVE_INFINITY): Promise<TaskSummary[]> {
  const all: TaskSummary[] = [];
  for (let cursor: string | undefined; all.length < limit; ) {
    const { tasks, next_cursor } = await client.listTasks(runId, { limit: Math.min(PAGE_TASKS, limit - all.length), cursor });
    all.push(...tasks);
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return all;
}
