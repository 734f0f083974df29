import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test, vi } from 'vitest';
import { makeExecutors } from '../../lib/aws/make-executors.ts';
import type { Target } from '../../lib/aws/target.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { AgentInput } from '../../lib/runtime/ports/executors.ts';
import { scriptCalls } from './scripted-calls.ts';

const post = vi.hoisted(() => vi.fn());
vi.mock('../../lib/executors/post-json.ts', () => ({ postJson: post }));
vi.stubEnv('AWS_REGION', 'us-east-1');

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:target';
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf';
const MOCK: Target = { type: 'mock' };
const LAMBDA: Target = { type: 'lambda', arn: ARN, callbacks: false };
const HTTP: Target = { type: 'http', url: 'https://target.example/run', callbacks: false };

const INPUT: AgentInput = { content: 'say hi', task_id: 'a', task_name: 'A', task_type: 'atomic', inputs: {}, timeout: 9 };
const signal = new AbortController().signal;
const clock = new VirtualClock(0, 'manual');
const lambdaAnswer = (answer: object) => ({ Payload: Buffer.from(JSON.stringify(answer)) });

test('the mock is no executor', async () => {
  expect(await makeExecutors({ agent: MOCK, tool: MOCK }, clock)).toEqual({});
});

test.each([
  ['agent', { agent: LAMBDA, tool: MOCK }],
  ['tool', { agent: MOCK, tool: LAMBDA }],
] as const)('only the %s has one where only it has a target', async (layer, targets) => {
  expect(Object.keys(await makeExecutors(targets, clock))).toEqual([layer]);
});

describe('a function', () => {
  test('is sent the tasks of its layer', async () => {
    const sent = scriptCalls(
      LambdaClient,
      lambdaAnswer({ response: 'hi', agent_id: 'writer' }),
      lambdaAnswer({ success: true, data: [1] }),
    );
    const { agent, tool } = await makeExecutors({ agent: LAMBDA, tool: LAMBDA }, clock);

    const answers = [await agent!.execute('writer', INPUT, signal), await tool!.execute('search', { q: 'x' }, signal)];

    expect(answers).toEqual([
      { response: 'hi', agent_id: 'writer' },
      { success: true, data: [1] },
    ]);
    expect(sent).toEqual([
      [InvokeCommand.name, { FunctionName: ARN, Payload: Buffer.from(JSON.stringify({ agent_id: 'writer', input: INPUT })) }],
      [InvokeCommand.name, { FunctionName: ARN, Payload: Buffer.from('{"tool_name":"search","arguments":{"q":"x"}}') }],
    ]);
  });
});

describe('an endpoint', () => {
  test('is posted the tasks of its layer', async () => {
    post.mockReset();
    post.mockResolvedValueOnce({ status: 200, body: '{"response":"hi","agent_id":"writer"}' });
    post.mockResolvedValueOnce({ status: 200, body: '{"success":true,"data":[1]}' });
    const { agent, tool } = await makeExecutors({ agent: HTTP, tool: HTTP }, clock);

    const answers = [await agent!.execute('writer', INPUT, signal), await tool!.execute('search', { q: 'x' }, signal)];

    expect(answers).toEqual([
      { response: 'hi', agent_id: 'writer' },
      { success: true, data: [1] },
    ]);
    const url = new URL('https://target.example/run');
    expect(post.mock.calls).toMatchObject([
      [{ url, headers: {}, body: JSON.stringify({ agent_id: 'writer', input: INPUT }) }],
      [{ url, headers: {}, body: '{"tool_name":"search","arguments":{"q":"x"}}' }],
    ]);
  });

  test('is sent the secret of its header, on the clock of the function', async () => {
    post.mockReset();
    post.mockResolvedValue({ status: 200, body: '{"success":true}' });
    const sent = scriptCalls(SecretsManagerClient, { SecretString: 'old' }, { SecretString: 'new' });
    const { tool } = await makeExecutors({ agent: MOCK, tool: { ...HTTP, header: 'x-api-key', secret_arn: SECRET_ARN } }, clock);

    for (let calls = 0; calls < 3; calls++) {
      await tool!.execute('search', {}, signal);
      await clock.advanceBy(150_000);
    }

    expect(post.mock.calls.map(([{ headers }]) => headers)).toEqual([
      { 'x-api-key': 'old' },
      { 'x-api-key': 'old' },
      { 'x-api-key': 'new' },
    ]);
    expect(sent).toEqual(Array<unknown>(2).fill(['GetSecretValueCommand', { SecretId: SECRET_ARN }]));
  });
});
