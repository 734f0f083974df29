import { describe, expect, it } from 'vitest';
import { makeApi, TWO_TASKS } from './make-api.ts';

describe('GET /runs/{run_id}/tasks', () => {
  it('gives tasks in the order of the plan, in pages, without their outputs', async () => {
    const { post, get, clock } = makeApi();
    const tasks = Array.from({ length: 5 }, (_, n) => ({ task_id: `t${n}`, metadata: { mock: { outputs: { n } } } }));
    const { run_id: runId } = (await post('/plans', { tasks })).body;
    await clock.runUntilIdle();

    const first = (await get(`/runs/${runId}/tasks?limit=3`)).body;
    const second = (await get(`/runs/${runId}/tasks?limit=3&cursor=${first.next_cursor}`)).body;

    const found = [...first.tasks, ...second.tasks];
    expect(found.map((task) => task.task_id)).toEqual(['t0', 't1', 't2', 't3', 't4']);
    expect(found[0]).toEqual({
      task_id: 't0',
      name: 't0',
      status: 'completed',
      attempt: 1,
      error: null,
      started_at: expect.any(String),
      completed_at: expect.any(String),
    });
    expect(second.next_cursor).toBeNull();
  });

  it('says which tasks could start, also where what they depend on is on another page', async () => {
    const { post, get, clock } = makeApi();
    const { run_id: runId } = (await post('/plans', TWO_TASKS)).body;
    await clock.advanceBy(500);
    const statuses = async (query: string) =>
      (await get(`/runs/${runId}/tasks${query}`)).body.tasks.map((task: { status: string }) => task.status);
    const { next_cursor: second } = (await get(`/runs/${runId}/tasks?limit=1`)).body;

    expect(await statuses('')).toEqual(['executing', 'pending']);
    expect(await statuses(`?cursor=${second}`)).toEqual(['pending']);
  });

  it.each(['limit=0', 'limit=101', 'cursor=x', 'cursor=eyJvcmRpbmFsIjotMX0'])('refuses ?%s', async (query) => {
    const { post, get } = makeApi();
    const { run_id: runId } = (await post('/plans', TWO_TASKS)).body;

    expect((await get(`/runs/${runId}/tasks?${query}`)).status).toBe(400);
  });
});

describe('GET /runs/{run_id}/tasks/{task_id}', () => {
  it('shows a task with its outputs', async () => {
    const { post, get, clock } = makeApi();
    const { run_id: runId } = (await post('/plans', TWO_TASKS)).body;
    await clock.runUntilIdle();

    expect((await get(`/runs/${runId}/tasks/a`)).body).toMatchObject({ task_id: 'a', status: 'completed', outputs: { n: 1 } });
  });

  it.each(['a/b', 'a b', 'a%2Fb', '100%', '漢字🚀', '..', 'a?b#c', '__proto__'])('finds a task that is called %j', async (taskId) => {
    const { post, get } = makeApi();
    const { run_id: runId } = (await post('/plans', { tasks: [{ task_id: taskId }] })).body;

    expect((await get(`/runs/${runId}/tasks/${encodeURIComponent(taskId)}`)).body.task_id).toBe(taskId);
  });

  it('finds it too where a gateway has decoded the path', async () => {
    const { post, call } = makeApi();
    const { run_id: runId } = (await post('/plans', { tasks: [{ task_id: 'a/b' }] })).body;

    expect((await call('GET', `/runs/${runId}/tasks/a/b`)).body.task_id).toBe('a/b');
  });

  it('does not find a task that the plan does not have', async () => {
    const { post, get } = makeApi();
    const { run_id: runId } = (await post('/plans', TWO_TASKS)).body;

    expect(await get(`/runs/${runId}/tasks/c`)).toMatchObject({ status: 404, body: { code: 'E5207' } });
  });
});
