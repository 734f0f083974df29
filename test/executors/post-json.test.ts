import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postJson } from '../../lib/executors/post-json.ts';
import { AgentUnavailableError, TaskFailedError, TaskTimedOutError } from '../../lib/runtime/errors.ts';
import { Endpoint } from './endpoint.ts';

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.open();
});
afterEach(() => endpoint.close());

const NEVER = new AbortController().signal;
const post = (parts: Partial<Parameters<typeof postJson>[0]> = {}) =>
  postJson({ url: endpoint.url('/run'), headers: {}, body: '{}', maxBytes: 1_000, signal: NEVER, ...parts });

describe('the request', () => {
  it('is a POST of JSON over a connection of its own, with the headers of the target', async () => {
    await post({ url: endpoint.url('/run?x=1'), headers: { 'X-Api-Key': 's3cret' }, body: '{"é":1}' });

    expect(endpoint.requests).toMatchObject([
      {
        method: 'POST',
        url: '/run?x=1',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'content-length': '8',
          'x-api-key': 's3cret',
          connection: 'close',
        },
        body: '{"é":1}',
      },
    ]);
  });

  it('is not sent once the signal is aborted', async () => {
    const reason = new TaskTimedOutError('too late');

    await expect(post({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    expect(endpoint.requests).toEqual([]);
  });
});

describe('the answer', () => {
  it.each([200, 202, 404, 503])('is given as it is, %i too', async (status) => {
    endpoint.answers({ status, body: '{"é":1}' });

    expect(await post()).toEqual({ status, location: undefined, body: '{"é":1}' });
  });

  it('says where a redirect goes, and is not followed', async () => {
    endpoint.answers({ status: 307, headers: { location: '/there' }, body: '' });

    expect(await post()).toEqual({ status: 307, location: '/there', body: '' });
    expect(endpoint.requests).toHaveLength(1);
  });

  it('may have as many bytes as are allowed', async () => {
    endpoint.answers({ body: 'é'.repeat(500) });

    expect(await post({ maxBytes: 1_000 })).toMatchObject({ body: 'é'.repeat(500) });
  });

  it('fails the attempt with a byte more', async () => {
    endpoint.answers({ body: `${'é'.repeat(500)}.` });

    const answer = post({ maxBytes: 1_000 });

    await expect(answer).rejects.toBeInstanceOf(TaskFailedError);
    await expect(answer).rejects.toThrow('the endpoint answered with more than 1000 bytes');
  });

  it('is not read to an end that never comes once it is too large', async () => {
    endpoint.handles((_, response) => {
      response.write('x'.repeat(1_001));
    });

    await expect(post({ maxBytes: 1_000 })).rejects.toThrow('more than 1000 bytes');
  });
});

describe('an endpoint that gives no whole answer is unavailable', () => {
  it('because nobody listens', async () => {
    await endpoint.close();

    const answer = post();

    await expect(answer).rejects.toBeInstanceOf(AgentUnavailableError);
    await expect(answer).rejects.toMatchObject({ code: 'E5901', cause: { code: 'ECONNREFUSED' } });
  });

  it('because it hangs up', async () => {
    endpoint.handles((request) => request.socket.destroy());

    await expect(post()).rejects.toBeInstanceOf(AgentUnavailableError);
  });

  it('because it hangs up in the middle of its answer', async () => {
    endpoint.handles((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('{"x"', () => response.destroy());
    });

    await expect(post()).rejects.toBeInstanceOf(AgentUnavailableError);
  });

  it('because it does not speak HTTP', async () => {
    endpoint.handles((request) => request.socket.end('hello\r\n\r\n'));

    await expect(post()).rejects.toBeInstanceOf(AgentUnavailableError);
  });
});

describe('an aborted signal ends the wait with its reason', () => {
  const reason = new TaskTimedOutError('took too long');

  it('before the answer begins', async () => {
    const abort = new AbortController();
    endpoint.handles(() => abort.abort(reason));

    await expect(post({ signal: abort.signal })).rejects.toBe(reason);
  });

  it('in the middle of the answer, and hangs up', async () => {
    const abort = new AbortController();
    const hungUp = new Promise<void>((resolve) => {
      endpoint.handles((_, response) => {
        response.on('close', resolve);
        response.write('{"x"', () => abort.abort(reason));
      });
    });

    await expect(post({ signal: abort.signal })).rejects.toBe(reason);

    await hungUp;
  });
});
