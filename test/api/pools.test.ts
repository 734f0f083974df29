import { describe, expect, it } from 'vitest';
import { makeApi } from './make-api.ts';

const planOf = (count: number, fields: object = {}) => ({
  tasks: Array.from({ length: count }, (_, n) => ({ task_id: `t${n}`, pool: 'gpu', metadata: { mock: { duration_sec: 1 } }, ...fields })),
});

describe('shared pools', () => {
  it('are made, changed and listed', async () => {
    const { get, call } = makeApi();
    const put = (limit: unknown, name = 'gpu') =>
      call('PUT', `/pools/${name}`, { body: JSON.stringify({ limit }), headers: { 'content-type': 'application/json' } });

    expect((await put(1)).body).toEqual({ name: 'gpu', limit: 1 });
    expect((await put(3)).status).toBe(200);
    expect((await get('/pools')).body).toEqual({ pools: [{ name: 'gpu', limit: 3, held: 0, waiting_runs: 0 }] });
    for (const limit of [0, -1, 1.5, '3', null, 5_001]) expect((await put(limit)).status).toBe(400);
    expect((await put(1, 'a%20b')).status).toBe(400);
    expect((await get('/pools')).body.pools).toHaveLength(1);
  });

  it('hold over all runs, share out fairly, and are empty in the end', async () => {
    const { platform, post, get, clock } = makeApi();
    await platform.store.putSharedPool({ name: 'gpu', limit: 2 });
    const first = (await post('/plans', planOf(6))).body.run_id;
    const second = (await post('/plans', planOf(3))).body.run_id;
    const executing = async (run: string) =>
      (await get(`/runs/${run}/tasks`)).body.tasks.filter(({ status }: { status: string }) => status === 'executing').length;

    const perSecond: number[][] = [];
    for (let second_ = 0; second_ < 5; second_++) {
      await clock.advanceBy(500);
      perSecond.push([await executing(first), await executing(second)]);
      await clock.advanceBy(500);
    }

    // one each as soon as the second run waits, then the rest of the first
    expect(perSecond).toEqual([
      [2, 0],
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 0],
    ]);
    await clock.runUntilIdle();
    expect((await get(`/runs/${first}`)).body.status).toBe('completed');
    expect((await get('/pools')).body.pools).toEqual([{ name: 'gpu', limit: 2, held: 0, waiting_runs: 0 }]);
  });

  it('are there from the start where the deployment says so, and keep what was put since', async () => {
    const { get, post, call } = makeApi({ pools: { gpu: 3 } });
    expect((await post('/plans?dry_run=true', planOf(1))).status).toBe(200);
    expect((await get('/pools')).body.pools).toEqual([]);

    await post('/plans', planOf(1));
    expect((await get('/pools')).body.pools).toMatchObject([{ name: 'gpu', limit: 3 }]);
    await call('PUT', '/pools/gpu', { body: '{"limit":5}', headers: { 'content-type': 'application/json' } });
    await post('/plans', planOf(1));

    expect((await get('/pools')).body.pools).toMatchObject([{ name: 'gpu', limit: 5 }]);
  });

  it('let the more urgent run go first', async () => {
    const { platform, post, get, clock } = makeApi();
    await platform.store.putSharedPool({ name: 'gpu', limit: 1 });
    await post('/plans', planOf(5));
    const urgent = (await post('/plans', planOf(2, { priority: 10 }))).body.run_id;

    await clock.advanceBy(3_500);

    expect((await get(`/runs/${urgent}`)).body.status).toBe('completed');
  });

  it('are named where a plan asks for one that is not there', async () => {
    const { platform, post } = makeApi();
    await platform.store.putSharedPool({ name: 'gpus', limit: 1 });

    const { status, body } = await post('/plans', planOf(1));

    expect(status).toBe(400);
    expect(body.problems).toEqual([expect.objectContaining({ code: 'E5502', path: '$.tasks[0].pool', hint: 'did you mean "gpus"?' })]);
  });

  it('hold beside a pool of the plan that has the same name', async () => {
    const { platform, post, get, clock } = makeApi();
    await platform.store.putSharedPool({ name: 'gpu', limit: 5 });
    const { run_id: runId } = (await post('/plans', { ...planOf(4), pools: { gpu: 1 } })).body;

    await clock.advanceBy(3_500);
    expect((await get('/pools')).body.pools[0].held).toBe(1);
    await clock.runUntilIdle();

    expect((await get(`/runs/${runId}`)).body.status).toBe('completed');
  });
});
