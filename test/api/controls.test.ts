import { describe, expect, it } from 'vitest';
import { makeApi, TWO_TASKS } from './make-api.ts';

const FAILING = {
  plan_id: 'three',
  tasks: [
    { task_id: 'a', metadata: { mock: { outputs: { n: 1 } } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }], retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: 1 } } },
    { task_id: 'c', dependencies: [{ task_id: 'b' }] },
  ],
};

async function failedRun() {
  const api = makeApi();
  const { run_id: runId } = (await api.post('/plans', FAILING)).body;
  await api.clock.runUntilIdle();
  expect((await api.get(`/runs/${runId}`)).body).toMatchObject({ status: 'failed', execution: 1 });
  return { ...api, runId, retry: (body: unknown, query = '') => api.post(`/runs/${runId}/retry${query}`, body) };
}

/** b is another task, and there is one more. */
const changed = () => {
  const [a, b, c] = FAILING.tasks;
  return { ...FAILING, tasks: [a, { ...b, metadata: { mock: { outputs: { n: 2 } } } }, c, { task_id: 'd' }] };
};

describe('POST /runs/{run_id}/retry', () => {
  it('takes no body, an empty one, and how often tasks may be retried', async () => {
    for (const body of [undefined, {}, { max_retries: 0 }, { max_retries: 1000 }]) {
      const { call, post, get, clock, runId, errors } = await failedRun();

      const answer = body === undefined ? await call('POST', `/runs/${runId}/retry`) : await post(`/runs/${runId}/retry`, body);
      await clock.runUntilIdle();

      expect(answer).toMatchObject({ status: 202, body: { run_id: runId, status: 'executing', execution: 2 } });
      expect((await get(`/runs/${runId}`)).body).toMatchObject({
        status: 'completed',
        execution: 2,
        totals: { completed: 3, executed: 3 },
      });
      expect(errors).toEqual([]);
    }
  });

  it('says what a changed plan comes to, and runs it', async () => {
    const { retry, get, clock, runId } = await failedRun();
    const diff = { added: ['d'], removed: [], changed: ['b'], rerun: [], retried: ['c'], kept: ['a'] };

    const dry = await retry({ plan: changed() }, '?dry_run=true');
    expect(dry).toMatchObject({ status: 200, body: { run_id: runId, status: 'failed', execution: 1, diff } });
    expect((await get(`/runs/${runId}`)).body).toMatchObject({ status: 'failed', execution: 1 });

    const real = await retry({ plan: changed() });
    await clock.runUntilIdle();
    expect(real).toMatchObject({ status: 202, body: { status: 'executing', execution: 2, diff } });
    expect((await get(`/runs/${runId}`)).body).toMatchObject({ status: 'completed', task_count: 4 });
    expect((await get(`/runs/${runId}/tasks/b`)).body).toMatchObject({ status: 'completed', outputs: { n: 2 } });
  });

  it('refuses a changed plan that is not valid, with all its problems, and changes nothing', async () => {
    const { retry, get, runId } = await failedRun();
    const before = (await get(`/runs/${runId}/events`)).body;
    const plan = { plan_id: 'three', tasks: [{ task_id: 'a', colour: 'red' }, { task_id: 'a' }] };

    const { status, body } = await retry({ plan });

    expect(status).toBe(400);
    expect(body.problems.map(({ code }: { code: string }) => code)).toEqual(['E5602', 'E5601']);
    expect((await retry({ plan: { ...FAILING, plan_id: 'other' } })).body).toMatchObject({
      status: 400,
      problems: [{ path: '$.plan_id' }],
    });
    const { tasks } = FAILING;
    expect((await retry({ plan: { tasks } })).body).toMatchObject({
      status: 400,
      problems: [{ code: 'E5600', path: '$.plan_id', hint: expect.stringContaining('"plan_id":"three"') }],
    });
    expect((await get(`/runs/${runId}/events`)).body).toEqual(before);
  });

  it('refuses a plan that leaves nothing to do', async () => {
    const { retry } = await failedRun();

    expect(await retry({ plan: { ...FAILING, tasks: [FAILING.tasks[0]] } })).toMatchObject({ status: 409, body: { run_status: 'failed' } });
  });

  it.each([{ retries: 1 }, { max_retries: -1 }, { max_retries: 1001 }, { max_retries: 1.5 }, { max_retries: '1' }, [], 'text', null])(
    'refuses the body %j',
    async (body) => {
      expect((await (await failedRun()).retry(body)).status).toBe(400);
    },
  );

  it('refuses a plan with more tasks than are compiled while its caller waits', async () => {
    const { retry } = await failedRun();
    const tasks = Array.from({ length: 25_001 }, (_, n) => ({ task_id: `t${n}` }));

    expect(await retry({ plan: { plan_id: 'three', tasks } })).toMatchObject({ status: 413 });
  });

  it('refuses what is no JSON, and a body that is too large', async () => {
    const { call, runId } = await failedRun();
    const send = (body: string, type: string) => call('POST', `/runs/${runId}/retry`, { body, headers: { 'content-type': type } });

    expect((await send('{}', 'text/plain')).status).toBe(415);
    expect((await send('{', 'application/json')).status).toBe(400);
    expect((await send(`{"plan":"${'x'.repeat(10 * 1024 * 1024)}"}`, 'application/json')).status).toBe(413);
  });
});

describe('GET /runs/{run_id}?wait', () => {
  async function executingRun() {
    const api = makeApi();
    const { run_id: runId } = (await api.post('/plans', TWO_TASKS)).body;
    await api.clock.advanceBy(100);
    /** Asks, and notes when there is an answer. */
    const ask = (query: string) => {
      const asked = { answer: undefined as { status: number; body: { status: string } } | undefined };
      const done = api.get(`/runs/${runId}?${query}`).then((answer) => {
        asked.answer = answer;
      });
      return { asked, done };
    };
    return { ...api, runId, ask };
  }

  it('answers when the status changes', async () => {
    const { ask, clock } = await executingRun();
    const { asked, done } = ask('wait=20');

    await clock.advanceBy(1000);
    expect(asked.answer).toBeUndefined();
    await clock.advanceBy(1000);
    await done;

    expect(asked.answer).toMatchObject({ status: 200, body: { status: 'completed' } });
  });

  it('answers when the time is up', async () => {
    const { ask, clock } = await executingRun();
    const { asked, done } = ask('wait=1');

    await clock.advanceBy(999);
    expect(asked.answer).toBeUndefined();
    await clock.advanceBy(1);
    await done;

    expect(asked.answer).toMatchObject({ body: { status: 'executing' } });
  });

  it.each(['', 'wait=0', 'wait=20&status=queued'])('answers at once: ?%s', async (query) => {
    const { ask } = await executingRun();
    const { asked, done } = ask(query);
    await done;

    expect(asked.answer).toMatchObject({ body: { status: 'executing' } });
  });

  it('answers at once where nothing happens by itself: a run that has ended, or is paused', async () => {
    const { ask, clock, post, runId } = await executingRun();
    await post(`/runs/${runId}/pause`, undefined);
    await clock.runUntilIdle();

    for (const status of ['paused', 'cancelled']) {
      const { asked, done } = ask(`wait=20&status=${status}`);
      await done;
      expect(asked.answer).toMatchObject({ body: { status } });
      await post(`/runs/${runId}/cancel`, undefined);
    }
  });

  it('sees a run change that was paused and is resumed', async () => {
    const { ask, clock, post, runId } = await executingRun();
    await post(`/runs/${runId}/pause`, undefined);
    const { asked, done } = ask('wait=20');
    await clock.advanceBy(1000);
    await done;

    expect(asked.answer).toMatchObject({ body: { status: 'paused' } });
  });

  it('looks in the store every second where nobody tells', async () => {
    const { api, clock, runId } = await executingRun();
    const { handleApiRequest } = await import('../../lib/api/handle-request.ts');
    let looks = 0;
    const store = new Proxy(api.runtime.store, {
      get: (target, name) => {
        if (name === 'getRun') looks++;
        const method: unknown = Reflect.get(target, name, target);
        return typeof method === 'function' ? method.bind(target) : method;
      },
    });
    const alone = { ...api, runtime: { ...api.runtime, store }, waitPorts: undefined };
    const answer = handleApiRequest(alone, { method: 'GET', path: `/runs/${runId}`, query: { wait: '20' }, headers: {}, body: undefined });

    await clock.advanceBy(2_500);

    expect(JSON.parse((await answer).body)).toMatchObject({ status: 'completed' });
    expect(looks).toBe(4); // at first, then after 0, 1 and 2 seconds
  });

  it.each(['wait=21', 'wait=-1', 'wait=x', 'wait=', 'wait=0.5', 'wait=1&status=done', 'status='])('refuses ?%s', async (query) => {
    const { get, runId } = await executingRun();

    expect((await get(`/runs/${runId}?${query}`)).status).toBe(400);
  });
});
