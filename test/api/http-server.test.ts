import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiRequest } from '../../lib/api/api.ts';
import { makeHttpServer } from '../../lib/api/http-server.ts';

const taken: ApiRequest[] = [];
const server = makeHttpServer(async (taking) => {
  taken.push(taking);
  return { status: 202, headers: { 'content-type': 'application/json', location: '/there' }, body: '{"ünï":1}' };
});
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

async function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const sending = request({ port, host: '127.0.0.1', method, path, headers });
  sending.end(body);
  const [response] = await once(sending, 'response');
  return { status: response.statusCode as number, headers: response.headers, body: await text(response) };
}

it('hands on a request and sends its answer', async () => {
  const answer = await send('POST', '/plans/a%20b?dry_run=true&x=%26', { 'Content-Type': 'application/json' }, '{"é":1}');

  expect(taken.at(-1)).toMatchObject({
    method: 'POST',
    path: '/plans/a%20b',
    query: { dry_run: 'true', x: '&' },
    headers: { 'content-type': 'application/json' },
    body: '{"é":1}',
  });
  expect(answer).toMatchObject({ status: 202, headers: { location: '/there', 'content-length': '11' }, body: '{"ünï":1}' });
});

it('hands on a request without a body', async () => {
  await send('GET', '/runs');

  expect(taken.at(-1)).toMatchObject({ method: 'GET', path: '/runs', query: {}, body: undefined });
});

it('refuses a body that is too large without handing it on', async () => {
  const before = taken.length;

  expect((await send('POST', '/plans', {}, 'x'.repeat(10 * 1024 * 1024 + 1))).status).toBe(413);
  expect(taken).toHaveLength(before);
});

it.each(['evil.example', 'localhost.evil.example:80'])('refuses requests that are meant for %s', async (host) => {
  expect((await send('GET', '/runs', { host })).status).toBe(403);
});

it.each(['localhost', 'localhost:80', '127.0.0.1:1', '[::1]:80'])('takes requests that are meant for %s', async (host) => {
  expect((await send('GET', '/runs', { host })).status).toBe(202);
});

it.each(['https://evil.example', 'http://localhost.evil.example', 'http://evil.example#http://localhost', 'null'])(
  'refuses what a browser sends for a page of %s',
  async (origin) => {
    const before = taken.length;

    expect((await send('POST', '/runs/r/cancel', { origin })).status).toBe(403);
    expect(taken).toHaveLength(before);
  },
);

it.each(['http://localhost:3000', 'http://127.0.0.1', 'https://[::1]:80'])('takes what it sends for a page of %s', async (origin) => {
  expect((await send('POST', '/runs/r/cancel', { origin })).status).toBe(202);
});
