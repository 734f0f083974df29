import { type ExecutionListItem, ListExecutionsCommand, type SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';

/** Whether no execution of a machine runs, and the newest of them, if there is any, was over before an instant. */
export async function isUnused(client: SFNClient, arn: string, sinceMs: number): Promise<boolean> {
  const newest = await newestExecution(client, arn);
  if (newest === undefined) return true;
  if ((newest.stopDate ?? newest.startDate!).getTime() >= sinceMs) return false;
  return (await newestExecution(client, arn, 'RUNNING')) === undefined;
}

async function newestExecution(
  client: SFNClient,
  stateMachineArn: string,
  statusFilter?: 'RUNNING',
): Promise<ExecutionListItem | undefined> {
  try {
    const { executions } = await client.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 1, ...(statusFilter && { statusFilter }) }),
    );
    return executions?.[0];
  } catch (error) {
    if (error instanceof StateMachineDoesNotExist) return undefined;
    throw error;
  }
}
