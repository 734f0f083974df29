import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { API_URL_OUTPUT, findStackEndpoint } from '../../lib/client/find-stack-endpoint.ts';

const cloudFormation = mockClient(CloudFormationClient);

beforeEach(() => {
  cloudFormation.reset();
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(() => vi.unstubAllEnvs());

const stackWith = (outputs: Stack['Outputs']): Stack => ({
  StackName: 'mine',
  CreationTime: new Date(0),
  StackStatus: 'CREATE_COMPLETE',
  Outputs: outputs,
});
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

it('finds the address among the outputs', async () => {
  const outputs = [
    { OutputKey: 'TableName', OutputValue: 'table' },
    { OutputKey: API_URL_OUTPUT, OutputValue: 'https://abc.execute-api.eu-west-1.amazonaws.com/' },
  ];
  cloudFormation.on(DescribeStacksCommand, { StackName: 'mine' }).resolves({ Stacks: [stackWith(outputs)] });

  expect(await findStackEndpoint('mine')).toBe('https://abc.execute-api.eu-west-1.amazonaws.com/');
});

it.each([
  ['another stack', [stackWith([{ OutputKey: 'TableName', OutputValue: 'table' }])]],
  ['a stack that is not deployed yet', [stackWith(undefined)]],
  ['nothing', []],
])('says that %s has no such output', async (_, stacks) => {
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: stacks });

  await expect(findStackEndpoint('mine')).rejects.toThrow('stack mine has no output ApiUrl: is it a TaskOrchestrator, and deployed?');
});

it.each([
  [named('ValidationError', 'Stack with id mine does not exist'), 'stack mine: there is no such stack in this account and region'],
  [named('Error', 'Region is missing'), 'stack mine: the region is not known: set AWS_REGION'],
  [named('CredentialsProviderError', 'none'), 'stack mine: there are no AWS credentials: none'],
  [named('AccessDenied', 'you may not'), 'stack mine: it cannot be looked up: you may not'],
])('explains %s', async (error, message) => {
  cloudFormation.on(DescribeStacksCommand).rejects(error);

  await expect(findStackEndpoint('mine')).rejects.toMatchObject({ name: 'StackError', message });
});
