import type { ApiClient, PlanSubmission, RunView } from '../client/api-client.ts';
import type { DeploymentAddress } from '../client/connect.ts';
import { ClientError } from '../client/errors.ts';
import { followRun } from '../client/follow-run.ts';
import { readResult } from '../client/read-result.ts';
import { whenPlanned } from '../client/when-planned.ts';
import { parsePlan } from '../model/parse-plan.ts';
import type { PlanResult } from '../results/plan-result.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import { connectTo, onDeployment } from './deployment-flags.ts';
import { commandLine, type KeptAt } from './hints.ts';
import type { Interruption, PlanRunner } from './plan-runner.ts';
import { programName } from './program-name.ts';
import type { RunOutput } from './run-output.ts';

export interface DeployedRunnerOptions {
  readonly address: DeploymentAddress;
  readonly submission: PlanSubmission;
  /** Of how many tasks the outputs are read in the end, a request each. Default: all. */
  readonly maxOutputs?: number | undefined;
}

/** Has a deployment run a plan and follows what happens. */
export class DeployedRunner implements PlanRunner {
  readonly #options: DeployedRunnerOptions;
  readonly #client: ApiClient;

  private constructor(options: DeployedRunnerOptions, client: ApiClient) {
    this.#options = options;
    this.#client = client;
  }

  /** @throws ClientError */
  static async connect(options: DeployedRunnerOptions): Promise<DeployedRunner> {
    return new DeployedRunner(options, await connectTo(options.address));
  }

  get keptAt(): KeptAt {
    return onDeployment(this.#options.address);
  }

  async execute(output: RunOutput): Promise<PlanResult> {
    const { submission } = this.#options;
    const { run_id: runId } = await this.#client.submit(submission);
    try {
      return await this.#follow(runId, output);
    } catch (error) {
      if (error instanceof ClientError) process.stderr.write(`${this.interrupt(runId).message}\n`);
      throw error;
    }
  }

  getStats(): Promise<OrchestratorStats> {
    return this.#client.getStats();
  }

  close(): void {}

  /** The run goes on: others may wait for it. */
  interrupt(runId: string | undefined): Interruption {
    if (runId === undefined) return { message: `detached before the plan was accepted; see: ${programName()} status ${this.keptAt.flags}` };
    const [see, stop] = ['status', 'cancel'].map((command) => commandLine(command, runId, this.keptAt));
    return { message: `detached, the run goes on; see: ${see}\nto stop it: ${stop}` };
  }

  async #follow(runId: string, output: RunOutput): Promise<PlanResult> {
    const { task_count: taskCount } = await whenPlanned(this.#client, runId);
    output.begin({ taskCount, nameOf: namesIn(this.#options.submission.plan), now: Date.now }, runId);
    for await (const event of followRun(this.#client, runId)) output.onEvent(event);
    return readResult(this.#client, await this.#getRun(runId), this.#options.maxOutputs);
  }

  async #getRun(runId: string): Promise<RunView> {
    const run = await this.#client.getRun(runId);
    if (run === undefined) throw new Error(`run ${runId} was accepted and is not there`);
    return run;
  }
}

/** Whether the plan is valid is for the deployment to say. */
function namesIn(plan: unknown): (taskId: string) => string {
  const parsed = parsePlan(plan, { makeId: () => '' });
  const names = new Map(parsed.ok ? parsed.plan.tasks.map((task) => [task.task_id, task.name]) : []);
  return (taskId) => names.get(taskId) ?? taskId;
}
