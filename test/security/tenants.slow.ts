import { describe, expect, inject, it } from 'vitest';
import { at } from '../contract/factories.ts';
import { localClient, makeTable } from '../dynamodb-local/test-table.ts';
import { type KnownIds, ROUTE_REQUESTS } from './route-requests.ts';
import { type Sight, type Told, TwoTenants } from './two-tenants.ts';

const endpoint = inject('dynamoDbEndpoint');
const PLAN = { plan_id: 'p', tasks: [{ task_id: 'a' }, { task_id: 'b', dependencies: [{ task_id: 'a' }] }] };
const UPLOADED = Buffer.from(JSON.stringify({ plan: PLAN, context: { of: 's3cret' } }));
const JSON_BODY = { 'content-type': 'application/json' };

/** What is asked for by an id is not there, whoever knows the id. */
const NOT_THERE = (told: Told): boolean => told.status === 404;

/** Whether an answer is as if the other tenant were not there; `n`: to which of the operation's requests. */
const AS_IF_ALONE: Readonly<Record<string, (told: Told, n: number, ids: KnownIds) => boolean>> = {
  submitPlan: ({ status, body }, n, { runId, uploadId }) =>
    status === [202, 404, 404, 404, 200, 200][n] && ![runId, uploadId].includes(body.run_id ?? body.upload_id),
  // it may have submitted a plan by then
  listPlans: ({ body }) => body.plans.length === 0,
  // a store that finds the runs of all tenants has the plans of its own all the same
  getPlan: (told) => NOT_THERE(told),
  deletePlan: ({ status, body }) => status === 200 && body.removed === false,
  putPlan: ({ status }) => status === 200,
  listRuns: ({ body }, _, { runId }) => body.runs.length <= 1 && body.runs.every((run: { run_id: string }) => run.run_id !== runId),
  getRun: NOT_THERE,
  listTasks: NOT_THERE,
  getTask: NOT_THERE,
  listEvents: NOT_THERE,
  cancelRun: NOT_THERE,
  pauseRun: NOT_THERE,
  resumeRun: NOT_THERE,
  retryRun: NOT_THERE,
  getStatistics: ({ body }) => body.plans_executed === 0 && body.tasks_executed === 0,
  reportCallback: NOT_THERE,
  listPools: ({ body }) => body.pools.length === 0,
  putPool: ({ status, body }) => status === 200 && body.limit === 1,
  getOpenApi: ({ status }) => status === 200,
};

describe.skipIf(endpoint === null)('two tenants of one deployment', () => {
  const client = localClient(endpoint ?? '');
  let count = 0;

  /** The tenant `mine` has a run with outputs, a callback that is awaited, a cancelled run, an upload, a stored plan and a pool. */
  async function makeWorld() {
    const table = `tenants-${process.pid}-${count++}`;
    await makeTable(client, table);
    const world = new TwoTenants(client, table);
    const mine = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers = {}) =>
      world.ask('mine', { method, path, ...(body !== undefined && { headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(body) }) });
    await mine('PUT', '/pools/gpu', { limit: 3 });
    await mine('PUT', '/plans/nightly', { ...PLAN, metadata: { of: 's3cret' } });
    const cancelled = (await mine('POST', '/plans', PLAN)).body.run_id as string;
    await mine('POST', `/runs/${cancelled}/cancel`);
    const runId = (await mine('POST', '/plans', PLAN, { 'idempotency-key': 'the-key' })).body.run_id as string;
    const uploadId = (await mine('POST', '/plans', { upload: true })).body.upload_id as string;
    world.objects.set(`uploads/mine/${uploadId}`, UPLOADED);
    const states = world.storeOf('any', { allTenants: true });
    await states.claimTask(runId, { ordinal: 0, id: 'a' }, 1, at(1));
    await states.completeTask(runId, { ordinal: 0, id: 'a' }, 1, { of: 's3cret' }, at(2));
    await states.claimTask(runId, { ordinal: 1, id: 'b' }, 1, at(3));
    await states.putCallback('the-callback', { ref: runId, ordinal: 1, attempt: 1, token: 's3cret-token' });
    const cursor = (await world.ask('mine', { method: 'GET', path: '/runs', query: { limit: '1' } })).body.next_cursor as string;
    const ids: KnownIds = {
      runId,
      taskId: 'a',
      callbackId: 'the-callback',
      uploadId,
      idempotencyKey: 'the-key',
      pool: 'gpu',
      cursor,
      planName: 'nightly',
      plan: PLAN,
    };
    const paths = ['/runs', `/runs/${runId}`, `/runs/${runId}/tasks`, `/runs/${runId}/tasks/a`, '/stats', '/pools', '/plans/nightly'];
    const all = async () => ({
      answers: await Promise.all(paths.map((path) => mine('GET', path))),
      callback: await world.storeOf('mine').getCallback('the-callback'),
      objects: [...world.objects],
    });
    return { world, mine, ids, all };
  }

  /** Asks for what is mine as another tenant, by every route; the operations that answered otherwise than if I were not there. */
  async function trespass({ world, ids }: Awaited<ReturnType<typeof makeWorld>>, sight?: Sight): Promise<string[]> {
    const answered: string[] = [];
    for (const [operationId, requestsFor] of Object.entries(ROUTE_REQUESTS)) {
      for (const [n, request] of requestsFor(ids).entries()) {
        const told = await world.ask('theirs', request, sight);
        const isClean = !JSON.stringify(told.body).includes('s3cret') && AS_IF_ALONE[operationId]!(told, n, ids);
        if (!isClean) answered.push(`${operationId} ${n}`);
      }
    }
    return answered;
  }

  it('are not there for each other: not by ids, keys, cursors, uploads, callbacks or pools of the other, through any route', async () => {
    const before = await makeWorld();
    const was = await before.all();

    expect(await trespass(before)).toEqual([]);

    expect(await before.all()).toEqual(was);
    expect(was.answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200]);
    const [runs, , , task, statistics, pools] = was.answers.map(({ body }) => body);
    expect(runs.runs).toHaveLength(2);
    expect(task.outputs).toEqual({ of: 's3cret' });
    expect(statistics.plans_executed).toBe(1);
    expect(pools.pools).toMatchObject([{ name: 'gpu', limit: 3 }]);
    expect(JSON.stringify(was.answers.at(-1)!.body)).toContain('s3cret');
  });

  it('all that was asked for was there to be taken', async () => {
    const { world, ids, mine } = await makeWorld();
    const { body: again } = await mine('POST', '/plans', PLAN, { 'idempotency-key': ids.idempotencyKey });
    const { status, body } = await mine('POST', '/callbacks/the-callback', { status: 'succeeded', outputs: {} });
    const uploaded = await mine('POST', '/plans', { upload_id: ids.uploadId });
    const nextPage = await world.ask('mine', { method: 'GET', path: '/runs', query: { cursor: ids.cursor } });

    expect(again.run_id).toBe(ids.runId);
    expect([status, body]).toEqual([200, { outcome: 'accepted' }]);
    expect(uploaded.body.run_id).toBe(ids.uploadId);
    expect(nextPage.body.runs).toHaveLength(1);
  });

  it('would be noticed, if a store found the runs of all', async () => {
    const answered = await trespass(await makeWorld(), { allTenants: true });

    const operations = new Set(answered.map((each) => each.split(' ')[0]));
    const byId = Object.entries(AS_IF_ALONE).filter(([, isAlone]) => isAlone === NOT_THERE);
    expect(operations).toEqual(new Set(['submitPlan', ...byId.map(([operationId]) => operationId)]));
  });

  it('keep their pools apart also where the planner of the queue, which works for all, plans the next execution of a run', async () => {
    const { world, mine } = await makeWorld();
    const plan = { tasks: [{ task_id: 'a', pool: 'gpu' }] };
    const runId = (await mine('POST', '/plans', plan)).body.run_id as string;
    await mine('POST', `/runs/${runId}/cancel`);
    const ports = world.portsOf('any', { allTenants: true });
    const { order } = (await ports.runtime.store.getControl(runId))!;
    await ports.runtime.store.reopenRun(runId, ['cancelled'], { ...order, mode: 'retry' }, at(60));

    await world.plannerOf('any', { allTenants: true }).drive(runId);

    expect((await ports.runtime.store.getSpec(`${runId}/2`))!.tasks[0]!.gate).toMatchObject({ sharedPool: 'gpu' });
  });
});
