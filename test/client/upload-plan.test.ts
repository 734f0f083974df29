import { expect, it } from 'vitest';
import { makeClient } from './make-client.ts';
import { inOrder, type Script, startScriptedServer } from './scripted-server.ts';

const padded = (length: number) => ({ tasks: [{ task_id: 'a', description: 'x'.repeat(length) }] });
const MIB = 1024 * 1024;
const ACCEPTED = { status: 202, body: { run_id: 'up-1', status: 'queued' } };

/** An API with a place for uploads beside it. */
function takingUploads(urlOf: () => string, put: Script = () => ({})): Script {
  let puts = 0;
  return (request) => {
    if (request.method === 'PUT') return put(request, ++puts);
    if (!request.body.includes('"upload":true')) return ACCEPTED;
    return { body: { upload_id: 'up-1', url: `${urlOf()}/there?signed=1`, headers: { 'content-type': 'application/json' } } };
  };
}

it('sends a plan that a request can carry', async () => {
  using server = await startScriptedServer(inOrder(ACCEPTED));

  await makeClient(server.url).client.submit({ plan: padded(4 * MIB) });

  expect(server.taken.map(({ method, url }) => [method, url])).toEqual([['POST', '/plans']]);
});

it.each([
  ['has more than 5 MB', padded(5 * MIB)],
  ['has more than 5 MB once its quotes are escaped', { tasks: [{ task_id: 'a', inputs: Array.from({ length: MIB }, () => '') }] }],
])('uploads a plan that %s, and submits it by its id', async (_, plan) => {
  let url = '';
  using server = await startScriptedServer(takingUploads(() => url));
  url = server.url;

  const answer = await makeClient(url).client.submit({ plan, context: { x: 1 }, idempotencyKey: 'key', maxParallelTasks: 3 });

  expect(answer).toEqual(ACCEPTED.body);
  const [asked, put, submitted] = server.taken;
  expect(JSON.parse(put!.body)).toEqual({ plan, context: { x: 1 } });
  expect(JSON.parse(asked!.body)).toEqual({ upload: true, size_bytes: Buffer.byteLength(put!.body) });
  expect(put).toMatchObject({ method: 'PUT', url: '/there?signed=1', headers: { 'content-type': 'application/json' } });
  expect(put!.headers).not.toHaveProperty('authorization');
  expect(submitted).toMatchObject({ url: '/plans?max_parallel_tasks=3', headers: { 'idempotency-key': 'key' } });
  expect(JSON.parse(submitted!.body)).toEqual({ upload_id: 'up-1' });
});

it('has a dry run made of a plan that was uploaded', async () => {
  let url = '';
  using server = await startScriptedServer((request, number) =>
    request.url.includes('dry_run') ? { body: { states: 7 } } : takingUploads(() => url)(request, number),
  );
  url = server.url;

  expect(await makeClient(url).client.dryRun({ plan: padded(5 * MIB) })).toEqual({ states: 7 });
});

it('puts a plan again while what is wrong may pass', async () => {
  let url = '';
  const put = inOrder({ status: 503 }, 'reset', {});
  using server = await startScriptedServer(takingUploads(() => url, put));
  url = server.url;
  const { client, pauses } = makeClient(url);

  expect(await client.submit({ plan: padded(5 * MIB) })).toEqual(ACCEPTED.body);

  expect(pauses).toHaveLength(2);
});

it('says where a plan was not taken, and submits nothing', async () => {
  let url = '';
  using server = await startScriptedServer(takingUploads(() => url, inOrder({ status: 403, body: '<Error/>' })));
  url = server.url;

  await expect(makeClient(url).client.submit({ plan: padded(5 * MIB) })).rejects.toMatchObject({
    name: 'ApiError',
    status: 403,
    detail: `${url} did not take the plan`,
  });
  expect(server.taken).toHaveLength(2);
});

it('puts no plan in the clear where the API is not either', async () => {
  const address = { upload_id: 'up-1', url: 'http://elsewhere.example/there', headers: {} };
  const asked: string[] = [];
  const fetch = async (url: unknown): Promise<Response> => {
    asked.push(String(url));
    return new Response(JSON.stringify(address));
  };
  const { client } = makeClient('https://api.example', { fetch });

  await expect(client.submit({ plan: padded(5 * MIB) })).rejects.toThrow('http://elsewhere.example would get the plan in the clear');

  expect(asked).toEqual(['https://api.example/plans']);
});
