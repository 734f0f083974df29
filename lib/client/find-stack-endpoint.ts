import { StackError } from './errors.ts';

/** Of the stack's outputs the one with the address of its API. */
export const API_URL_OUTPUT = 'ApiUrl';

/** The address of the API that a stack has deployed. Region and credentials are where the SDK finds them. @throws StackError */
export async function findStackEndpoint(stackName: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient();
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const output = stack?.Outputs?.find(({ OutputKey }) => OutputKey === API_URL_OUTPUT);
    if (output?.OutputValue !== undefined) return output.OutputValue;
  } catch (error) {
    throw new StackError(`stack ${stackName}: ${reasonOf(error)}`, { cause: error });
  } finally {
    client.destroy();
  }
  throw new StackError(`stack ${stackName} has no output ${API_URL_OUTPUT}: is it a TaskOrchestrator, and deployed?`);
}

function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  if (name === 'ValidationError' && /does not exist/.test(message)) return 'there is no such stack in this account and region';
  if (message === 'Region is missing') return 'the region is not known: set AWS_REGION';
  if (name === 'CredentialsProviderError') return `there are no AWS credentials: ${message}`;
  return `it cannot be looked up: ${message}`;
}
