import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { deleteMachines } from '../../lib/aws/delete-machines.ts';
import { awsError, scriptCalls } from './scripted-calls.ts';

const client = new SFNClient({ region: 'us-east-1' });
const machine = (name: string) => ({ name, stateMachineArn: `arn:${name}`, creationDate: new Date(0) });
const ours = { roleArn: 'arn:role/ours' };

test('deletes the machines of a role, on every page, and no others', async () => {
  const sent = scriptCalls(
    SFNClient,
    { stateMachines: [machine('other'), machine('to-1')], nextToken: 'more' },
    ours,
    {},
    { stateMachines: [machine('to-2'), machine('to-3')] },
    { roleArn: 'arn:role/theirs' },
    ours,
    {},
  );

  expect(await deleteMachines(client, 'to-', 'arn:role/ours')).toBe(2);

  expect(sent).toMatchObject([
    ['ListStateMachinesCommand', {}],
    ['DescribeStateMachineCommand', { stateMachineArn: 'arn:to-1' }],
    ['DeleteStateMachineCommand', { stateMachineArn: 'arn:to-1' }],
    ['ListStateMachinesCommand', { nextToken: 'more' }],
    ['DescribeStateMachineCommand', { stateMachineArn: 'arn:to-2' }],
    ['DescribeStateMachineCommand', { stateMachineArn: 'arn:to-3' }],
    ['DeleteStateMachineCommand', { stateMachineArn: 'arn:to-3' }],
  ]);
});

test('passes on what Step Functions refuses', async () => {
  const denied = awsError('AccessDeniedException');
  scriptCalls(SFNClient, { stateMachines: [machine('to-1')] }, ours, denied);

  await expect(deleteMachines(client, 'to-', 'arn:role/ours')).rejects.toBe(denied);
});
