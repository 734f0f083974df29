import { describe, expect, it } from 'vitest';
import { makeApi, TWO_TASKS } from './make-api.ts';

function world() {
  const api = makeApi();
  const put = (name: string, plan: unknown) =>
    api.call('PUT', `/plans/${name}`, { body: JSON.stringify(plan), headers: { 'content-type': 'application/json' } });
  return { ...api, put, remove: (name: string) => api.call('DELETE', `/plans/${name}`) };
}

const sub = (plan_ref: string, more: object = {}) => ({ tasks: [{ task_id: 's', task_type: 'compound', plan_ref, ...more }] });

describe('stored plans', () => {
  it('are kept, shown as they came, replaced and listed', async () => {
    const { put, get } = world();

    expect(await put('two', TWO_TASKS)).toMatchObject({ status: 200, body: { name: 'two', task_count: 2 } });
    expect((await get('/plans/two')).body).toMatchObject({ name: 'two', task_count: 2, plan: TWO_TASKS });
    await put('two', { tasks: [{ task_id: 'x' }] });
    await put('a', TWO_TASKS);
    expect((await get('/plans/two')).body.plan).toEqual({ tasks: [{ task_id: 'x' }] });
    expect((await get('/plans')).body).toMatchObject({
      plans: [
        { name: 'a', task_count: 2 },
        { name: 'two', task_count: 1 },
      ],
      next: null,
    });
    expect((await get('/plans?limit=1')).body).toMatchObject({ plans: [{ name: 'a' }], next: 'a' });
    expect((await get('/plans?limit=1&after=a')).body).toMatchObject({ plans: [{ name: 'two' }], next: null });
  });

  it('are removed, as often as one likes', async () => {
    const { put, get, remove } = world();
    await put('two', TWO_TASKS);

    expect(await remove('two')).toMatchObject({ status: 200, body: { name: 'two', removed: true } });
    expect(await remove('two')).toMatchObject({ status: 200, body: { name: 'two', removed: false } });
    expect(await get('/plans/two')).toMatchObject({ status: 404 });
  });

  it('are checked as a submit is: all problems at once, and nothing is kept', async () => {
    const { put, get } = world();

    const { status, body } = await put('bad', { tasks: [{ task_id: 'a', dependencies: [{ task_id: 'x' }] }, { task_id: 'a' }] });

    expect(status).toBe(400);
    expect(body.problems.map(({ code }: { code: string }) => code).sort()).toEqual(['E5302', 'E5601']);
    expect((await get('/plans')).body.plans).toEqual([]);
    for (const name of ['a%20b', '.a', 'x'.repeat(65)]) expect((await put(name, TWO_TASKS)).status).toBe(400);
    expect((await put('none', { upload: true })).status).toBe(400);
  });

  it('name each other, but not in a circle', async () => {
    const { put } = world();
    await put('a', TWO_TASKS);
    await put('b', sub('a'));

    expect(await put('a', sub('b'))).toMatchObject({ status: 400, body: { problems: [{ code: 'E5301', path: '$.tasks[0].plan_ref' }] } });
    expect(await put('c', sub('c'))).toMatchObject({ status: 400, body: { problems: [{ code: 'E5301' }] } });
    expect(await put('c', sub('d'))).toMatchObject({ status: 400, body: { problems: [{ code: 'E5302' }] } });
  });

  it('are run by who names them; the runs show each other', async () => {
    const { put, post, get, clock, errors } = world();
    await put('two', TWO_TASKS);

    const { run_id } = (await post('/plans', sub('two', { outputs: { n: '{{a.n}}' } }))).body;
    await clock.advanceBy(100);
    const child = (await get(`/runs/${run_id}/tasks/s`)).body.child_run_id;
    expect((await get(`/runs/${child}`)).body).toMatchObject({ status: 'executing', parent_run_id: run_id, parent_task_id: 's' });
    await clock.runUntilIdle();

    expect(errors).toEqual([]);
    expect((await get(`/runs/${run_id}`)).body.status).toBe('completed');
    expect((await get(`/runs/${run_id}`)).body).not.toHaveProperty('parent_run_id');
    expect((await get(`/runs/${run_id}/tasks/s`)).body).toMatchObject({ status: 'completed', outputs: { n: 1 }, child_run_id: child });
    expect((await get(`/runs/${child}/tasks/a`)).body).not.toHaveProperty('child_run_id');
    expect((await get('/runs')).body.runs).toHaveLength(2);
  });

  it('that are not there are a problem of the plan', async () => {
    const { post } = world();

    expect(await post('/plans', sub('gone'))).toMatchObject({ status: 400, body: { problems: [{ code: 'E5302', task_ids: ['s'] }] } });
  });

  it('are found by a plan that is compiled later', async () => {
    const { put, planner, clock, get, errors } = world();
    await put('two', TWO_TASKS);

    const { run_id } = await planner.submitUnread(Buffer.from(JSON.stringify(sub('two'))), {});
    await clock.runUntilIdle();

    expect(errors).toEqual([]);
    expect((await get(`/runs/${run_id}`)).body.status).toBe('completed');
  });

  it('hold a control back that makes no sense while the parent is paused', async () => {
    const { put, post, get, clock } = world();
    await put('two', TWO_TASKS);
    const { run_id } = (await post('/plans', sub('two'))).body;
    await clock.advanceBy(100);
    const child = (await get(`/runs/${run_id}/tasks/s`)).body.child_run_id;
    await post(`/runs/${run_id}/pause`, {});
    await clock.advanceBy(5_000);

    const { status, body } = await post(`/runs/${child}/resume`, {});

    expect(status).toBe(409);
    expect(body).toMatchObject({ run_status: 'paused', detail: expect.stringContaining(`its parent, run ${run_id}, is paused`) });
  });
});
