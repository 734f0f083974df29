import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ApiError, UnreachableError } from '../../lib/client/errors.ts';
import { makeClient } from './make-client.ts';
import { inOrder, refusal, startScriptedServer } from './scripted-server.ts';

const STATS = { body: { plans_executed: 1 } };

describe('what may pass', () => {
  it.each([429, 500, 502, 503, 504])('is tried again: %i', async (status) => {
    using server = await startScriptedServer(inOrder({ status }, { status }, STATS));
    const { client, pauses } = makeClient(server.url);

    expect(await client.getStats()).toEqual(STATS.body);
    expect(pauses).toEqual([400, 800]);
  });

  it('is tried again: a connection that breaks', async () => {
    using server = await startScriptedServer(inOrder('reset', STATS));
    const { client, pauses } = makeClient(server.url);

    expect(await client.getStats()).toEqual(STATS.body);
    expect(pauses).toEqual([400]);
  });

  it('is waited for as long as the API asks', async () => {
    using server = await startScriptedServer(inOrder({ status: 503, headers: { 'retry-after': '2' } }, STATS));
    const { client, pauses } = makeClient(server.url);

    await client.getStats();

    expect(pauses).toEqual([2_000]);
  });

  it('is given up after five tries', async () => {
    using server = await startScriptedServer(inOrder(refusal(503, 'Service Unavailable', 'the store is too busy')));
    const { client } = makeClient(server.url);

    await expect(client.getStats()).rejects.toThrow('503 Service Unavailable: the store is too busy');
    expect(server.taken).toHaveLength(5);
  });

  it('is signed anew at every try', async () => {
    using server = await startScriptedServer(inOrder({ status: 500 }, STATS));
    let signatures = 0;
    const { client } = makeClient(server.url, { authorize: async () => ({ authorization: `signature ${++signatures}` }) });

    await client.getStats();

    expect(server.taken.map(({ headers }) => headers.authorization)).toEqual(['signature 1', 'signature 2']);
  });

  it('is repeated under the same idempotency key', async () => {
    using server = await startScriptedServer(inOrder('reset', { status: 502 }, { status: 202, body: { run_id: 'r', status: 'queued' } }));
    const { client } = makeClient(server.url);

    expect(await client.submit({ plan: {} })).toEqual({ run_id: 'r', status: 'queued' });
    const keys = server.taken.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });
});

describe('what will not pass', () => {
  it.each([400, 401, 403, 404, 410, 413])('is not tried again: %i', async (status) => {
    using server = await startScriptedServer(inOrder({ status }, STATS));

    await expect(makeClient(server.url).client.getStats()).rejects.toBeInstanceOf(ApiError);
    expect(server.taken).toHaveLength(1);
  });

  it('is a port where nobody listens', async () => {
    const { client, pauses } = makeClient(`http://127.0.0.1:${await freePort()}`);

    const error: unknown = await client.getStats().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toMatch(/^cannot reach http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED$/);
    expect(pauses).toEqual([]);
  });

  it('is a redirect, which would carry the signature elsewhere', async () => {
    using server = await startScriptedServer(inOrder({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }));

    await expect(makeClient(server.url).client.getStats()).rejects.toThrow('302 Found: redirects are not followed');
    expect(server.taken).toHaveLength(1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
