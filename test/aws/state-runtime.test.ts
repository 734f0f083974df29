import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, test, vi } from 'vitest';
import { makeStateRuntime } from '../../lib/aws/state-runtime.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { Dispatch } from '../../lib/runtime/ports/executors.ts';
import { taskRecord } from '../contract/factories.ts';
import { runItem, taskItem } from './dynamodb/items.ts';
import { EXPIRY_SEC, NOW_MS, script, TABLE } from './dynamodb/scripted.ts';
import { scriptCalls } from './scripted-calls.ts';

vi.stubEnv('AWS_REGION', 'us-east-1');

const options = { table: TABLE, bucket: 'bucket', clock: new VirtualClock(NOW_MS, 'manual') };
const dispatch = (): Dispatch => ({
  record: { ...taskRecord(0), type: 'tool_call', toolName: 'search' },
  content: '',
  inputs: {},
  attempt: 1,
  failures: 0,
  signal: new AbortController().signal,
});

test('finds the runs of every tenant in the table', async () => {
  const { sent } = script({ Item: runItem({ tenant_id: 'theirs' }) });

  expect(await makeStateRuntime(options).store.getRun('run')).toMatchObject({ run_id: 'run' });

  expect(sent).toMatchObject([['GetCommand', { TableName: TABLE }]]);
});

test('takes the expiry of items from its clock', async () => {
  const { sent } = script();

  await makeStateRuntime(options).store.putCallback('id', { ref: 'run', ordinal: 0, attempt: 1, token: 't' });

  expect(sent).toMatchObject([['PutCommand', { Item: { expires_at: EXPIRY_SEC } }]]);
});

test('reads large outputs from the bucket', async () => {
  script({ Responses: { [TABLE]: [runItem(), taskItem(0, { status: 'completed', outputs_key: 'key' })] } });
  const sent = scriptCalls(S3Client, { Body: { transformToByteArray: async () => Buffer.from('{"x":1}') } });

  const { tasks } = await makeStateRuntime(options).store.readTasks('run', [0]);

  expect(tasks.get(0)?.outputs).toEqual({ x: 1 });
  expect(sent).toEqual([['GetObjectCommand', { Bucket: 'bucket', Key: 'key' }]]);
});

test('answers tokens, and starts nothing', async () => {
  const sent = scriptCalls(SFNClient);
  const { engine } = makeStateRuntime(options);

  expect(await engine.openGate('token')).toBe(true);
  await expect(engine.startExecution('m', 'run-1', {})).rejects.toThrow('this engine only answers tokens');

  expect(sent.map(([command]) => command)).toEqual(['SendTaskSuccessCommand']);
});

test('dispatches to the executors it is given, and else to the mock', async () => {
  const tool = { execute: async () => ({ success: true, data: 'found' }) };

  expect(await makeStateRuntime({ ...options, executors: { tool } }).dispatch(dispatch())).toEqual({ data: 'found' });
  expect(await makeStateRuntime(options).dispatch(dispatch())).toEqual({ data: 'mock data of search' });
});
