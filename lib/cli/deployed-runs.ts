import type { ApiClient } from '../client/api-client.ts';
import { getTasks } from '../client/get-tasks.ts';
import { listAllTasks } from '../client/list-all-tasks.ts';
import type { TaskDescription } from '../runtime/describe-tasks.ts';
import type { RunSource, ShownRun } from './run-source.ts';

/** The runs of a deployment. */
export class DeployedRuns implements RunSource {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async listRuns(limit: number): Promise<ShownRun[]> {
    return (await this.#client.listRuns({ limit })).runs;
  }

  getRun(runId: string): Promise<ShownRun | undefined> {
    return this.#client.getRun(runId);
  }

  async listTasks(runId: string, withOutputs: boolean): Promise<TaskDescription[]> {
    const tasks = await listAllTasks(this.#client, runId);
    if (!withOutputs) return tasks.map((task) => ({ ...task, outputs: null }));
    return getTasks(
      this.#client,
      runId,
      tasks.map(({ task_id }) => task_id),
    );
  }

  close(): void {}
}
