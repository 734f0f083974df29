import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  paginateListExecutions,
  paginateListStateMachines,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';

const MACHINE_PREFIX = 'task-orchestrator-';

/** What Step Functions knows of the runs. */
export class Executions {
  readonly #client = new SFNClient();

  async machineNames(): Promise<string[]> {
    return (await this.#machines()).map(({ name }) => name);
  }

  /** A run's first execution. @throws when there is none */
  async of(runId: string): Promise<ExecutionListItem> {
    for (const { stateMachineArn } of await this.#machines()) {
      for await (const { executions = [] } of paginateListExecutions({ client: this.#client }, { stateMachineArn })) {
        const found = executions.find(({ name }) => name === `${runId}-1`);
        if (found !== undefined) return found;
      }
    }
    throw new Error(`there is no execution of run ${runId}`);
  }

  async describe(runId: string): Promise<{ status?: string; error?: string; cause?: string }> {
    const { executionArn } = await this.of(runId);
    const { status, error, cause } = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
    return { ...(status && { status }), ...(error && { error }), ...(cause && { cause }) };
  }

  async history(runId: string): Promise<HistoryEvent[]> {
    const { executionArn } = await this.of(runId);
    const events: HistoryEvent[] = [];
    for (let nextToken: string | undefined, first = true; first || nextToken !== undefined; first = false) {
      const page = await this.#client.send(new GetExecutionHistoryCommand({ executionArn, nextToken, includeExecutionData: true }));
      events.push(...page.events!);
      nextToken = page.nextToken;
    }
    return events;
  }

  /** As somebody does it in the console. */
  async stop(runId: string): Promise<void> {
    const { executionArn } = await this.of(runId);
    await this.#client.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by hand' }));
  }

  async #machines(): Promise<{ name: string; stateMachineArn: string }[]> {
    const machines: { name: string; stateMachineArn: string }[] = [];
    for await (const { stateMachines = [] } of paginateListStateMachines({ client: this.#client }, {})) {
      for (const { name, stateMachineArn } of stateMachines) {
        if (name!.startsWith(MACHINE_PREFIX)) machines.push({ name: name!, stateMachineArn: stateMachineArn! });
      }
    }
    return machines;
  }
}
