import { describe, expect, it } from 'vitest';
import { makeApi, TWO_TASKS } from './make-api.ts';

async function makeRun() {
  const api = makeApi();
  const { run_id: runId } = (await api.post('/plans', TWO_TASKS)).body;
  return { ...api, runId };
}

describe('GET /runs', () => {
  it('gives all runs in pages, newest first, also while more come', async () => {
    const { post, get, clock } = makeApi();
    const submitted: string[] = [];
    const submit = async (): Promise<void> => {
      submitted.push((await post('/plans', TWO_TASKS)).body.run_id);
      await clock.advanceBy(10);
    };
    for (let n = 0; n < 5; n++) await submit();
    const expected = submitted.toReversed();

    const first = (await get('/runs?limit=2')).body;
    await submit();
    const second = (await get(`/runs?limit=2&cursor=${first.next_cursor}`)).body;
    const third = (await get(`/runs?limit=2&cursor=${second.next_cursor}`)).body;

    const ids = [first, second, third].flatMap((page) => page.runs.map((run: { run_id: string }) => run.run_id));
    expect(ids).toEqual(expected);
    expect(third.next_cursor).toBeNull();
  });

  it.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=', 'cursor=x', 'cursor=e30', 'cursor=', 'limit=1,2', 'page=2'])(
    'refuses ?%s',
    async (query) => {
      expect((await makeApi().get(`/runs?${query}`)).status).toBe(400);
    },
  );
});

describe('GET /runs/{run_id}', () => {
  it('shows a run before and after its end', async () => {
    const { get, clock, runId } = await makeRun();

    const before = await get(`/runs/${runId}`);
    await clock.runUntilIdle();
    const after = await get(`/runs/${runId}`);

    expect(before.body).toMatchObject({ run_id: runId, plan_id: 'two', status: 'executing', task_count: 2, totals: null });
    expect(before.body).not.toHaveProperty('context');
    expect(after.body).toMatchObject({ status: 'completed', totals: { completed: 2, failed: 0, unfinished: 0 }, error: null });
  });
});

describe('GET /runs/{run_id}/events', () => {
  it('gives the events behind a place', async () => {
    const { get, clock, runId } = await makeRun();
    await clock.runUntilIdle();

    const all = (await get(`/runs/${runId}/events`)).body;
    const some = (await get(`/runs/${runId}/events?after=2&limit=2`)).body;
    const none = (await get(`/runs/${runId}/events?after=7`)).body;

    expect(all.events.map((event: { type: string }) => event.type)).toEqual([
      'run.queued',
      'run.executing',
      'task.executing',
      'task.completed',
      'task.executing',
      'task.completed',
      'run.completed',
    ]);
    expect(some).toEqual({ events: all.events.slice(2, 4), last_seq: 4 });
    expect(none).toEqual({ events: [], last_seq: 7 });
  });

  it.each(['after=-1', 'after=x', 'after=', 'after=1e2', 'after=%201', 'limit=0', 'limit=1001'])('refuses ?%s', async (query) => {
    const { get, runId } = await makeRun();

    expect((await get(`/runs/${runId}/events?${query}`)).status).toBe(400);
  });
});

it.each(['', '/tasks', '/tasks/a', '/events'])('does not find /runs/nobody%s', async (rest) => {
  const { get } = makeApi();

  expect(await get(`/runs/nobody${rest}`)).toMatchObject({ status: 404, body: { title: 'Not Found' } });
  expect((await get(`/runs/${'x'.repeat(5_000)}${rest}`)).status).toBe(404);
});

describe('GET /stats', () => {
  it('sums up the runs that have ended', async () => {
    const { get, clock } = await makeRun();
    await clock.runUntilIdle();

    expect((await get('/stats')).body).toEqual({
      plans_executed: 1,
      tasks_executed: 2,
      tasks_completed: 2,
      tasks_failed: 0,
      tasks_retried: 0,
      tokens_used: 0,
      success_rate: 1,
      failure_rate: 0,
    });
  });
});
