import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, test, vi } from 'vitest';
import { makePortsOf } from '../../lib/aws/submit-ports.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { Dispatch } from '../../lib/runtime/ports/executors.ts';
import { runItem } from './dynamodb/items.ts';
import { script, TABLE } from './dynamodb/scripted.ts';
import { scriptCalls } from './scripted-calls.ts';

vi.stubEnv('AWS_REGION', 'us-east-1');

const portsOf = makePortsOf({
  table: TABLE,
  bucket: 'bucket',
  clock: new VirtualClock(0, 'manual'),
  queue: { send: async () => {} },
  machines: { roleArn: 'arn:role', machineArn: (name) => `arn:machine:${name}` },
});

test('a tenant finds its own runs only', async () => {
  script({ Item: runItem({ tenant_id: 'mine' }) }, { Item: runItem({ tenant_id: 'theirs' }) });
  const { store } = portsOf('mine').runtime;

  expect(await store.getRun('run')).toMatchObject({ run_id: 'run' });
  expect(await store.getRun('run')).toBeUndefined();
});

test('without a tenant all runs are found', async () => {
  const { sent } = script({ Item: runItem({ tenant_id: 'theirs' }) });

  expect(await portsOf().runtime.store.getRun('run')).toMatchObject({ run_id: 'run' });

  expect(sent).toMatchObject([['GetCommand', { TableName: TABLE }]]);
});

test('all tenants share what is known of machines', async () => {
  const sent = scriptCalls(SFNClient);

  await portsOf('mine').runtime.engine.ensureMachine({ name: 'm', definition: '{}' });
  await portsOf('theirs').runtime.engine.ensureMachine({ name: 'm', definition: '{}' });
  await portsOf('mine').runtime.engine.startExecution('m', 'run-1', {});

  expect(sent).toMatchObject([
    ['CreateStateMachineCommand', { name: 'm', roleArn: 'arn:role' }],
    ['StartExecutionCommand', { stateMachineArn: 'arn:machine:m', name: 'run-1' }],
  ]);
});

test('no tasks are carried out here', async () => {
  await expect(portsOf().runtime.dispatch({} as Dispatch)).rejects.toThrow('this function carries out no tasks');
});
