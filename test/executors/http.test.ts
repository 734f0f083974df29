import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpTarget, httpAgents, httpTools } from '../../lib/executors/http.ts';
import { AgentUnavailableError, TaskFailedError, TaskTimedOutError } from '../../lib/runtime/errors.ts';
import type { AgentInput } from '../../lib/runtime/ports/executors.ts';
import { Endpoint, type EndpointAnswer } from './endpoint.ts';

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.open();
});
afterEach(() => endpoint.close());

const INPUT: AgentInput = { content: 'say hi', task_id: 'a', task_name: 'A', task_type: 'llm_call', inputs: { x: 1 }, timeout: 9 };
const NEVER = new AbortController().signal;
const agents = (target: Partial<HttpTarget> = {}) => httpAgents({ url: endpoint.url('/agents').href, ...target });
const tools = (target: Partial<HttpTarget> = {}) => httpTools({ url: endpoint.url('/tools').href, ...target });
const callTool = (target: Partial<HttpTarget> = {}, signal = NEVER) => tools(target).execute('search', { q: 'x' }, signal);
const json = (value: unknown, status = 200): EndpointAnswer => ({ status, body: JSON.stringify(value) });

describe('an agent', () => {
  it('is posted its id and input, and answers', async () => {
    endpoint.answers(json({ response: 'hi', agent_id: 'writer', tokens_used: 7 }));

    const answer = await agents().execute('writer', INPUT, NEVER);

    expect(answer).toEqual({ response: 'hi', agent_id: 'writer', tokens_used: 7 });
    expect(endpoint.requests.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([['/agents', { agent_id: 'writer', input: INPUT }]]);
  });

  it('may report later where its input says how', async () => {
    endpoint.answers({ status: 202, body: '' });

    expect(await agents().execute('writer', { ...INPUT, callback_id: 'id' }, NEVER)).toEqual({ accepted: true });

    expect(JSON.parse(endpoint.requests[0]!.body)).toMatchObject({ input: { callback_id: 'id' } });
  });

  it('fails the attempt with an answer that is none', async () => {
    endpoint.answers(json({ text: 'hi' }));

    await expect(agents().execute('writer', INPUT, NEVER)).rejects.toMatchObject({ name: 'TaskFailed', code: 'E5202' });
  });
});

describe('a tool', () => {
  it('is posted its name and arguments, and answers', async () => {
    endpoint.answers(json({ success: true, data: { rows: [1] } }));

    expect(await callTool()).toEqual({ success: true, data: { rows: [1] } });

    expect(endpoint.requests.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      ['/tools', { tool_name: 'search', arguments: { q: 'x' } }],
    ]);
  });

  it('is told the callback where it may report later', async () => {
    endpoint.answers({ status: 202, body: 'anything' });

    expect(await tools().execute('search', {}, NEVER, 'id')).toEqual({ accepted: true });

    expect(JSON.parse(endpoint.requests[0]!.body)).toEqual({ tool_name: 'search', arguments: {}, callback_id: 'id' });
  });

  it('may say in its answer that it reports later', async () => {
    endpoint.answers(json({ accepted: true }));

    expect(await callTool()).toEqual({ accepted: true });
  });

  it('may answer that it failed', async () => {
    endpoint.answers(json({ success: false, error: 'no rows' }));

    expect(await callTool()).toEqual({ success: false, error: 'no rows' });
  });
});

describe('by its status an answer', () => {
  it.each([200, 201, 299])('%i counts', async (status) => {
    endpoint.answers(json({ success: true }, status));

    expect(await callTool()).toEqual({ success: true });
  });

  it.each([300, 301, 302, 303, 304, 400, 401, 404, 413, 428, 430, 499])('%i fails the attempt', async (status) => {
    endpoint.answers({ status, body: '' });

    const call = callTool();

    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    await expect(call).rejects.toThrow(`the endpoint answered ${status}`);
  });

  it.each([429, 500, 502, 503, 504])('%i means that the endpoint is unavailable', async (status) => {
    endpoint.answers(json({ success: true }, status));

    const call = callTool();

    await expect(call).rejects.toBeInstanceOf(AgentUnavailableError);
    await expect(call).rejects.toMatchObject({ code: 'E5901', message: `the endpoint answered ${status}` });
  });

  it('says what the endpoint says of it, as far as a thousand characters', async () => {
    endpoint.answers({ status: 400, body: 'm'.repeat(1_001) });

    await expect(callTool()).rejects.toMatchObject({ message: `the endpoint answered 400: ${'m'.repeat(1_000)}` });
  });
});

describe('fails the attempt', () => {
  it.each(['', 'hello', '{"success":true'])('with a body that is not JSON (%j)', async (body) => {
    endpoint.answers({ body });

    const call = callTool();

    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    await expect(call).rejects.toThrow('something that is not JSON');
  });

  it('with a body larger than the target allows', async () => {
    endpoint.answers(json({ success: true }));

    const sizeBytes = '{"success":true}'.length;

    expect(await callTool({ maxAnswerBytes: sizeBytes })).toEqual({ success: true });
    await expect(callTool({ maxAnswerBytes: sizeBytes - 1 })).rejects.toBeInstanceOf(TaskFailedError);
  });

  it('with a body larger than 6 MB, where the target does not say', async () => {
    const maxBytes = 6 * 1024 * 1024;
    const answerOf = (sizeBytes: number) => json({ success: true, data: 'x'.repeat(sizeBytes - '{"success":true,"data":""}'.length) });
    endpoint.answers(answerOf(maxBytes), answerOf(maxBytes + 1));

    expect(await callTool()).toMatchObject({ success: true });
    await expect(callTool()).rejects.toThrow(`more than ${maxBytes} bytes`);
  });
});

it('is unavailable where nobody listens', async () => {
  await endpoint.close();

  await expect(callTool()).rejects.toBeInstanceOf(AgentUnavailableError);
});

it('ends with the reason of its signal', async () => {
  const abort = new AbortController();
  const reason = new TaskTimedOutError('took too long');
  endpoint.handles(() => abort.abort(reason));

  await expect(callTool({}, abort.signal)).rejects.toBe(reason);
});

describe('headers', () => {
  it('are asked for anew with each request', async () => {
    endpoint.answers(json({ success: true }));
    let calls = 0;
    const executor = tools({ headers: async () => ({ 'x-api-key': `key ${++calls}` }) });

    await executor.execute('search', {}, NEVER);
    await executor.execute('search', {}, NEVER);

    expect(endpoint.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['key 1', 'key 2']);
  });

  it('that cannot be had fail the attempt before anything is sent', async () => {
    const error = new Error('no secret');
    const headers = async () => {
      throw error;
    };

    await expect(callTool({ headers })).rejects.toBe(error);

    expect(endpoint.requests).toEqual([]);
  });
});

describe('a redirect', () => {
  const to = (location: string, status = 307): EndpointAnswer => ({ status, headers: { location }, body: '' });

  it.each([307, 308])('%i on the same host is followed with the same request', async (status) => {
    endpoint.answers(to('../there?x=1', status), json({ success: true }));

    expect(await callTool({ headers: async () => ({ 'x-api-key': 's3cret' }) })).toEqual({ success: true });

    const [first, second] = endpoint.requests;
    expect(second).toMatchObject({ method: 'POST', url: '/there?x=1', body: first!.body, headers: { 'x-api-key': 's3cret' } });
  });

  it('to another host fails the attempt, and the header goes nowhere', async () => {
    const other = await Endpoint.open();
    endpoint.answers(to(other.url('/there').href));

    const call = callTool({ headers: async () => ({ 'x-api-key': 's3cret' }) });

    await expect(call).rejects.toThrow(`the endpoint redirects to another host, ${other.url('').host}`);
    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it('is followed three times', async () => {
    endpoint.answers(to('/1'), to('/2'), to('/3'), json({ success: true }));

    expect(await callTool()).toEqual({ success: true });
  });

  it('fails the attempt the fourth time', async () => {
    endpoint.answers(to('/round'));

    await expect(callTool()).rejects.toThrow('the endpoint redirects more than 3 times');

    expect(endpoint.requests).toHaveLength(4);
  });

  it.each([301, 302, 303])('%i, which would not repeat the request, fails the attempt', async (status) => {
    endpoint.answers(to('/there', status));

    await expect(callTool()).rejects.toThrow(`the endpoint answered ${status}`);
    expect(endpoint.requests).toHaveLength(1);
  });

  it('to nowhere fails the attempt', async () => {
    endpoint.answers({ status: 307, body: '' });

    await expect(callTool()).rejects.toThrow('the endpoint answered 307');
  });

  it('to something that is no URL fails the attempt', async () => {
    endpoint.answers(to('http://'));

    const call = callTool();

    await expect(call).rejects.toBeInstanceOf(TaskFailedError);
    await expect(call).rejects.toThrow('the endpoint redirects to another host, http://');
  });
});
