import { SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { deleteMachine, describeMachine, listMachines } from '../../lib/aws/listed-machines.ts';
import { awsError, refusal, scriptCalls } from './scripted-calls.ts';

const client = new SFNClient({ region: 'us-east-1' });

test('lists the machines whose names begin so, on every page', async () => {
  const listed = (name: string, seconds: number) => ({ name, stateMachineArn: `arn:${name}`, creationDate: new Date(seconds * 1000) });
  const sent = scriptCalls(
    SFNClient,
    { stateMachines: [listed('other', 1), listed('to-1', 2)], nextToken: 'more' },
    { stateMachines: [listed('to-2', 3)] },
  );

  const machines: unknown[] = [];
  for await (const machine of listMachines(client, 'to-')) machines.push(machine);

  expect(machines).toEqual([
    { name: 'to-1', arn: 'arn:to-1', createdMs: 2000 },
    { name: 'to-2', arn: 'arn:to-2', createdMs: 3000 },
  ]);
  expect(sent).toMatchObject([
    ['ListStateMachinesCommand', {}],
    ['ListStateMachinesCommand', { nextToken: 'more' }],
  ]);
});

test('describes a machine', async () => {
  const sent = scriptCalls(SFNClient, { status: 'ACTIVE', roleArn: 'arn:role', definition: '{}', name: 'm' });

  expect(await describeMachine(client, 'arn:m')).toEqual({ roleArn: 'arn:role', definition: '{}' });

  expect(sent).toEqual([['DescribeStateMachineCommand', { stateMachineArn: 'arn:m' }]]);
});

test.each([
  ['is gone', new StateMachineDoesNotExist(refusal)],
  ['is going', { status: 'DELETING', roleArn: 'arn:role', definition: '{}' }],
])('has nothing to say of one that %s', async (_, answer) => {
  scriptCalls(SFNClient, answer);

  expect(await describeMachine(client, 'arn:m')).toBeUndefined();
});

test('passes on what Step Functions refuses', async () => {
  const denied = awsError('AccessDeniedException');
  scriptCalls(SFNClient, denied);

  await expect(describeMachine(client, 'arn:m')).rejects.toBe(denied);
});

test('deletes a machine', async () => {
  const sent = scriptCalls(SFNClient);

  await deleteMachine(client, 'arn:m');

  expect(sent).toEqual([['DeleteStateMachineCommand', { stateMachineArn: 'arn:m' }]]);
});
