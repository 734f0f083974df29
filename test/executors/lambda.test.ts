import {
  InvalidRequestContentException,
  LambdaClient,
  RequestTooLargeException,
  ResourceNotFoundException,
  ServiceException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { lambdaAgents, lambdaTools, makeLambdaClient } from '../../lib/executors/lambda.ts';
import { AgentUnavailableError, TaskFailedError, TaskTimedOutError } from '../../lib/runtime/errors.ts';
import type { AgentInput } from '../../lib/runtime/ports/executors.ts';
import { type Answer, awsError, refusal, scriptCalls } from '../aws/scripted-calls.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:target:live';
const INPUT: AgentInput = { content: 'say hi', task_id: 'a', task_name: 'A', task_type: 'llm_call', inputs: { x: 1 }, timeout: 9 };
const NEVER = new AbortController().signal;

const target = () => ({ client: makeLambdaClient(ARN), functionArn: ARN });
const invocation = (payload: object) => ['InvokeCommand', { FunctionName: ARN, Payload: Buffer.from(JSON.stringify(payload)) }];
const answerOf = (text: string, parts: object = {}): Answer => ({ StatusCode: 200, Payload: new TextEncoder().encode(text), ...parts });
const json = (value: unknown, parts?: object) => answerOf(JSON.stringify(value), parts);

function callTool(answer: Answer, signal = NEVER) {
  scriptCalls(LambdaClient, answer);
  return lambdaTools(target()).execute('search', { q: 'x' }, signal);
}

describe('an agent', () => {
  it('is sent its id and input, and answers', async () => {
    const sent = scriptCalls(LambdaClient, json({ response: 'é', agent_id: 'writer', tokens_used: 7 }));

    const answer = await lambdaAgents(target()).execute('writer', INPUT, NEVER);

    expect(answer).toEqual({ response: 'é', agent_id: 'writer', tokens_used: 7 });
    expect(sent).toEqual([invocation({ agent_id: 'writer', input: INPUT })]);
  });

  it('may report later', async () => {
    scriptCalls(LambdaClient, json({ accepted: true }));

    expect(await lambdaAgents(target()).execute('writer', { ...INPUT, callback_id: 'id' }, NEVER)).toEqual({ accepted: true });
  });

  it('fails the attempt with an answer that is none', async () => {
    scriptCalls(LambdaClient, json({ text: 'hi' }));

    await expect(lambdaAgents(target()).execute('writer', INPUT, NEVER)).rejects.toBeInstanceOf(TaskFailedError);
  });
});

describe('a tool', () => {
  it('is sent its name and arguments, and answers', async () => {
    const sent = scriptCalls(LambdaClient, json({ success: true, data: [1] }));

    const answer = await lambdaTools(target()).execute('search', { q: 'é' }, NEVER);

    expect(answer).toEqual({ success: true, data: [1] });
    expect(sent).toEqual([invocation({ tool_name: 'search', arguments: { q: 'é' } })]);
  });

  it('is told the callback where it may report later', async () => {
    const sent = scriptCalls(LambdaClient, json({ accepted: true }));

    expect(await lambdaTools(target()).execute('search', {}, NEVER, 'id')).toEqual({ accepted: true });

    expect(sent).toEqual([invocation({ tool_name: 'search', arguments: {}, callback_id: 'id' })]);
  });

  it('may answer that it failed', async () => {
    expect(await callTool(json({ success: false, error: 'no rows' }))).toEqual({ success: false, error: 'no rows' });
  });
});

describe('a function that fails, fails the attempt', () => {
  it.each([
    ['by throwing', { errorType: 'ValueError', errorMessage: 'no rows', trace: [] }, 'Unhandled', 'no rows'],
    ['by an error it handed on', { errorMessage: 'no rows' }, 'Handled', 'no rows'],
    [
      'by its timeout',
      { errorMessage: '2026-01-01 Task timed out after 3.00 seconds' },
      'Unhandled',
      '2026-01-01 Task timed out after 3.00 seconds',
    ],
    ['without a message', { errorType: 'Error' }, 'Unhandled', 'the function failed without a message'],
    ['with an empty message', { errorMessage: '' }, 'Unhandled', 'the function failed without a message'],
    ['with something that is no object', null, 'Unhandled', 'the function failed without a message'],
    ['although it looks like an answer', { success: true }, 'Unhandled', 'the function failed without a message'],
  ])('%s', async (_, payload, FunctionError, message) => {
    const call = callTool(json(payload, { FunctionError }));

    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    await expect(call).rejects.toMatchObject({ message });
  });

  it('with at most 4,000 characters of its message', async () => {
    const failure = (length: number) => callTool(json({ errorMessage: 'm'.repeat(length) }, { FunctionError: 'Unhandled' }));

    await expect(failure(4_000)).rejects.toMatchObject({ message: 'm'.repeat(4_000) });
    await expect(failure(4_001)).rejects.toMatchObject({ message: 'm'.repeat(4_000) });
  });

  it.each([
    ['nothing', { StatusCode: 200 }],
    ['an empty payload', answerOf('')],
    ['text', answerOf('hello')],
  ])('by answering with %s', async (_, answer) => {
    const call = callTool(answer);

    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    await expect(call).rejects.toThrow('something that is not JSON');
  });
});

describe('a function that cannot be called', () => {
  it.each([
    ['is throttled', new TooManyRequestsException(refusal)],
    ['has a service that fails', new ServiceException(refusal)],
    ['is not there', new ResourceNotFoundException(refusal)],
    ['must not be called', awsError('AccessDeniedException', 403)],
    ['cannot be reached', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
  ])('is unavailable where it %s', async (_, error) => {
    const call = callTool(error);

    await expect(call).rejects.toBeInstanceOf(AgentUnavailableError);
    await expect(call).rejects.toMatchObject({ code: 'E5901', cause: error });
  });

  it.each([
    ['too large', new RequestTooLargeException(refusal)],
    ['not what Lambda takes', new InvalidRequestContentException(refusal)],
  ])('fails the attempt where the request is %s: another try would not help', async (_, error) => {
    const call = callTool(error);

    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    await expect(call).rejects.toMatchObject({ code: 'E5202', cause: error });
  });
});

describe('the signal', () => {
  it('is handed to the SDK', async () => {
    const mock = mockClient(LambdaClient);
    mock.send.resolves(json({ success: true }) as never);

    await lambdaTools(target()).execute('search', {}, NEVER);

    const [, options]: readonly unknown[] = mock.send.firstCall.args;
    expect(options).toEqual({ abortSignal: NEVER });
  });

  it('ends the call with its reason, not with what the SDK makes of it', async () => {
    const reason = new TaskTimedOutError('took too long');

    await expect(callTool(awsError('AbortError'), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('makeLambdaClient', () => {
  it('calls the region of the function, once', async () => {
    const { config } = makeLambdaClient(ARN);

    expect(await config.region()).toBe('eu-west-1');
    expect(await config.maxAttempts()).toBe(1);
  });
});
