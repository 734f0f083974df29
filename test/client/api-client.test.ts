import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../lib/client/api-client.ts';
import { makeApi } from '../api/make-api.ts';
import { makeClient } from './make-client.ts';
import { inOrder, refusal, startScriptedServer } from './scripted-server.ts';

const RUN = { run_id: 'r 1', status: 'executing' };
const TASK = { task_id: 'a/b', status: 'completed', outputs: { x: 1 } };
const PLAN = { tasks: [{ task_id: 'a' }] };

type Use = (client: ApiClient) => Promise<unknown>;

it.each<[string, Use, string, object, object?]>([
  ['submits', (client) => client.submit({ plan: PLAN }), 'POST /plans', RUN, { plan: PLAN }],
  [
    'submits with a context and a limit',
    (client) => client.submit({ plan: PLAN, context: { x: 1 }, maxParallelTasks: 3 }),
    'POST /plans?max_parallel_tasks=3',
    RUN,
    { plan: PLAN, context: { x: 1 } },
  ],
  ['asks what a plan comes to', (client) => client.dryRun({ plan: PLAN }), 'POST /plans?dry_run=true', { states: 3 }, { plan: PLAN }],
  ['shows a run', (client) => client.getRun('r 1'), 'GET /runs/r%201', RUN],
  ['lists runs', (client) => client.listRuns(), 'GET /runs', { runs: [RUN], next_cursor: null }],
  [
    'lists more runs',
    (client) => client.listRuns({ limit: 2, cursor: 'c' }),
    'GET /runs?limit=2&cursor=c',
    { runs: [], next_cursor: null },
  ],
  ['lists tasks', (client) => client.listTasks('r', { limit: 1 }), 'GET /runs/r/tasks?limit=1', { tasks: [TASK], next_cursor: 'c' }],
  ['shows a task', (client) => client.getTask('r', 'a/b'), 'GET /runs/r/tasks/a%2Fb', TASK],
  [
    'lists events',
    (client) => client.listEvents('r', { after: 4, limit: 9 }),
    'GET /runs/r/events?after=4&limit=9',
    { events: [], last_seq: 4 },
  ],
  ['cancels a run', (client) => client.cancel('r 1'), 'POST /runs/r%201/cancel', RUN],
  ['pauses a run', (client) => client.pause('r 1'), 'POST /runs/r%201/pause', RUN],
  ['resumes a run', (client) => client.resume('r 1'), 'POST /runs/r%201/resume', RUN],
  ['retries a run', (client) => client.retry('r 1'), 'POST /runs/r%201/retry', RUN, {}],
  [
    'retries a run by a changed plan',
    (client) => client.retry('r', { plan: PLAN, maxRetries: 0 }),
    'POST /runs/r/retry',
    RUN,
    { max_retries: 0, plan: PLAN },
  ],
  [
    'asks what a retry comes to',
    (client) => client.retry('r', { plan: PLAN, dryRun: true }),
    'POST /runs/r/retry?dry_run=true',
    RUN,
    { plan: PLAN },
  ],
  ['shows statistics', (client) => client.getStats(), 'GET /stats', { plans_executed: 0 }],
])('%s', async (_, use, line, answer, body) => {
  using server = await startScriptedServer(inOrder({ body: answer }));

  expect(await use(makeClient(server.url).client)).toEqual(answer);
  expect(server.taken.map(({ method, url }) => `${method} ${url}`)).toEqual([line]);
  expect(server.taken[0]!.body).toBe(body === undefined ? '' : JSON.stringify(body));
});

it('submits under the key it is given', async () => {
  using server = await startScriptedServer(inOrder({ body: RUN }));

  await makeClient(server.url).client.submit({ plan: PLAN, idempotencyKey: 'mine' });

  expect(server.taken[0]!.headers['idempotency-key']).toBe('mine');
});

it.each(['resume', 'retry'] as const)('has %s answered as done where its own first request did it', async (control) => {
  const { post, clock } = makeApi();
  const { body: run } = await post('/plans', {
    tasks: [
      { task_id: 'a', metadata: { mock: { duration_sec: 9 } } },
      { task_id: 'b', dependencies: [{ task_id: 'a' }] },
    ],
  });
  await post(`/runs/${run.run_id}/pause`, undefined);
  await clock.advanceBy(60_000);
  const send = async (url: URL, { headers, body }: { headers: Record<string, string>; body: string | null }) => {
    const answer = await post(url.pathname, body === null ? undefined : JSON.parse(body), headers);
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  let sent = 0;
  const losing = (async (url: URL, init: Parameters<typeof send>[1]) => {
    const answer = await send(url, init);
    return ++sent === 1 ? new Response('', { status: 502 }) : answer;
  }) as unknown as typeof fetch;
  const { client } = makeClient('http://127.0.0.1', { fetch: losing });

  expect(await client[control](run.run_id)).toEqual({ run_id: run.run_id, status: 'executing', execution: 2 });
  expect(sent).toBe(2);
  await expect(client[control](run.run_id)).rejects.toMatchObject({ status: 409 });
});

it('says why a control is refused, and does not try again', async () => {
  using server = await startScriptedServer(inOrder(refusal(409, 'Conflict', 'it has completed', { run_status: 'completed' })));

  await expect(makeClient(server.url).client.cancel('r')).rejects.toMatchObject({
    name: 'ApiError',
    status: 409,
    detail: 'it has completed',
  });
  expect(server.taken).toHaveLength(1);
});

describe('waiting for a run', () => {
  const inStatus = (status: string) => ({ body: { run_id: 'r', status } });

  it.each(['completed', 'failed', 'cancelled', 'paused'])('asks until it is %s', async (last) => {
    using server = await startScriptedServer(inOrder(inStatus('queued'), inStatus('executing'), inStatus('executing'), inStatus(last)));

    expect(await makeClient(server.url).client.wait('r')).toMatchObject({ status: last });

    expect(server.taken.map(({ url }) => url)).toEqual([
      '/runs/r',
      '/runs/r?wait=20&status=queued',
      '/runs/r?wait=20&status=executing',
      '/runs/r?wait=20&status=executing',
    ]);
  });

  it('gives up when the time is up', async () => {
    using server = await startScriptedServer(inOrder(inStatus('executing')));
    const { client } = makeClient(server.url);

    expect(await client.wait('r', { timeoutSec: 0 })).toMatchObject({ status: 'executing' });
    expect(server.taken).toHaveLength(1);
    await client.wait('r', { timeoutSec: 0.05 });
    expect(server.taken[2]!.url).toBe('/runs/r?wait=1&status=executing');
  });

  it('finds none where there is none', async () => {
    using server = await startScriptedServer(inOrder(refusal(404, 'Not Found', 'there is no such run')));

    expect(await makeClient(server.url).client.wait('r')).toBeUndefined();
  });
});

it.each<[string, Use]>([
  ['run', (client) => client.getRun('r')],
  ['task', (client) => client.getTask('r', 't')],
])('has no %s where the API has none', async (_, use) => {
  using server = await startScriptedServer(inOrder(refusal(404, 'Not Found', 'there is no such thing')));

  expect(await use(makeClient(server.url).client)).toBeUndefined();
});

it('does not mistake a wrong address for a run that is not there', async () => {
  using server = await startScriptedServer(inOrder({ status: 404, body: { message: 'Not Found' } }));

  await expect(makeClient(server.url).client.getRun('r')).rejects.toThrow('404 Not Found');
});

it('does not take the answers of something else', async () => {
  using server = await startScriptedServer(inOrder({ body: { hello: 'world' } }));

  await expect(makeClient(server.url).client.listRuns()).rejects.toThrow('no runs in the answer: is this a TaskOrchestrator?');
});

describe('a callback', () => {
  it.each([
    ['accepted', { body: { outcome: 'accepted' } }],
    ['unknown', refusal(404, 'Not Found', 'there is no such callback')],
    ['expired', refusal(410, 'Gone', 'the attempt is over')],
  ])('may be %s', async (outcome, answer) => {
    using server = await startScriptedServer(inOrder(answer));

    expect(await makeClient(server.url).client.sendCallback('c', { status: 'failed', error: 'no luck' })).toBe(outcome);
    expect(server.taken).toMatchObject([{ method: 'POST', url: '/callbacks/c', body: '{"status":"failed","error":"no luck"}' }]);
  });

  it('that is refused otherwise is an error', async () => {
    using server = await startScriptedServer(inOrder(refusal(400, 'Bad Request', 'the body is not right')));

    await expect(makeClient(server.url).client.sendCallback('c', { status: 'heartbeat' })).rejects.toThrow('the body is not right');
  });
});
