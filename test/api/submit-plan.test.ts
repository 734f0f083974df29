import { describe, expect, it } from 'vitest';
import { makeApi, TWO_TASKS } from './make-api.ts';

describe('POST /plans', () => {
  it('accepts a plan and runs it', async () => {
    const { post, get, clock } = makeApi();

    const { status, headers, body } = await post('/plans', TWO_TASKS);
    await clock.runUntilIdle();

    expect(status).toBe(202);
    expect(headers.location).toBe(`/runs/${body.run_id}`);
    expect(body).toEqual({ run_id: expect.any(String), status: 'executing' });
    expect((await get(`/runs/${body.run_id}`)).body.status).toBe('completed');
  });

  it('takes a context beside the plan', async () => {
    const { post, get, clock } = makeApi();
    const plan = { tasks: [{ task_id: 'a', task_type: 'tool_call', tool_name: 't', inputs: { day: '{{context.day}}' } }] };

    const missing = await post('/plans', { plan });
    const { body } = await post('/plans', { plan, context: { day: 'Monday' } });
    await clock.runUntilIdle();

    expect((await get(`/runs/${body.run_id}`)).body.status).toBe('completed');
    expect((await get(`/runs/${missing.body.run_id}`)).body.status).toBe('failed');
  });

  it('gives the same run for the same Idempotency-Key, and another for another', async () => {
    const { post, get } = makeApi();

    const first = await post('/plans', TWO_TASKS, { 'idempotency-key': 'once' });
    const second = await post('/plans', TWO_TASKS, { 'idempotency-key': 'once' });
    const other = await post('/plans', TWO_TASKS, { 'idempotency-key': 'twice' });

    expect(second.body.run_id).toBe(first.body.run_id);
    expect(other.body.run_id).not.toBe(first.body.run_id);
    expect((await get('/runs')).body.runs).toHaveLength(2);
  });

  it('refuses the Idempotency-Key of another plan, and starts nothing', async () => {
    const { post, get } = makeApi();
    const headers = { 'idempotency-key': 'once' };
    const first = await post('/plans', TWO_TASKS, headers);

    const other = await post('/plans', { ...TWO_TASKS, plan_id: 'other' }, headers);

    expect(other).toMatchObject({
      status: 409,
      body: { code: 'E5200', detail: expect.stringContaining(`run ${first.body.run_id}, of plan two`) },
    });
    expect((await get('/runs')).body.runs).toHaveLength(1);
  });

  it('reports what a plan comes to for a dry run, and writes nothing', async () => {
    const { post, get } = makeApi();

    const { status, body } = await post('/plans?dry_run=true', TWO_TASKS);

    expect(status).toBe(200);
    expect(body).toMatchObject({ plan_id: 'two', tasks: 2, machines: 1, critical_path_sec: 2, max_parallel_tasks: 10, warnings: [] });
    expect((await get('/runs')).body.runs).toEqual([]);
  });

  it('lowers the limit where it is asked to, and never raises it', async () => {
    const { post } = makeApi();
    const limitOf = async (query: string) => (await post(`/plans?dry_run=true${query}`, TWO_TASKS)).body.max_parallel_tasks;

    expect(await limitOf('&max_parallel_tasks=3')).toBe(3);
    expect(await limitOf('&max_parallel_tasks=30')).toBe(10);
  });

  it.each(['/plans', '/plans?dry_run=true'])(
    'refuses a foreach over what is no list of the context, with all other problems: %s',
    async (path) => {
      const { post, get } = makeApi();
      const tasks = [
        { task_id: 'each', foreach: '{{context.items}}' },
        { task_id: 'b', other: 1 },
      ];

      const { status, body } = await post(path, { plan: { tasks }, context: { items: 'x' } });

      expect(status).toBe(400);
      expect(body.problems.map(({ code }: { code: string }) => code).sort()).toEqual(['E5402', 'E5602']);
      expect((await get('/runs')).body.runs).toEqual([]);
    },
  );

  it('names all problems of a plan, and writes nothing', async () => {
    const { post, get } = makeApi();
    const plan = {
      tasks: [
        { task_id: 'a', dependencies: [{ task_id: 'c' }] },
        { task_id: 'b', colour: 'red' },
      ],
    };

    const { status, headers, body } = await post('/plans', plan);

    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400, code: 'E5200' });
    expect(body.problems.map((problem: { code: string; path: string }) => [problem.code, problem.path])).toEqual([
      ['E5302', '$.tasks[0].dependencies[0].task_id'],
      ['E5602', '$.tasks[1].colour'],
    ]);
    expect((await get('/runs')).body.runs).toEqual([]);
  });

  it.each([
    ['no body', undefined, 'application/json', 400],
    ['text that is not JSON', '{"tasks": [', 'application/json', 400],
    ['JSON that is no plan', '[1, 2]', 'application/json', 400],
    ['nesting without end', `{"tasks":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'application/json', 400],
    ['something beside plan and context', '{"plan": {"tasks": []}, "plans": 1}', 'application/json', 400],
    ['a context that is a list', '{"plan": {"tasks": []}, "context": []}', 'application/json', 400],
    ['another content type', '{"tasks": []}', 'text/plain', 415],
    ['no content type', '{"tasks": []}', undefined, 415],
    ['more than 10 MB', `"${'x'.repeat(10 * 1024 * 1024)}"`, 'application/json', 413],
  ])('refuses %s', async (_, body, contentType, expected) => {
    const { call, errors } = makeApi();

    const answer = await call('POST', '/plans', { body, headers: contentType === undefined ? {} : { 'content-type': contentType } });

    expect(answer.status).toBe(expected);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(errors).toEqual([]);
  });

  it.each([
    ['/plans?dryrun=true', {}],
    ['/plans?dry_run=1', {}],
    ['/plans?max_parallel_tasks=0', {}],
    ['/plans?max_parallel_tasks=x', {}],
    ['/plans', { 'idempotency-key': '' }],
    ['/plans', { 'idempotency-key': 'a b' }],
    ['/plans', { 'idempotency-key': 'é' }],
    ['/plans', { 'idempotency-key': 'x'.repeat(256) }],
  ])('refuses %s with the headers %j, and writes nothing', async (url, headers) => {
    const { post, get } = makeApi();

    expect((await post(url, TWO_TASKS, headers)).status).toBe(400);
    expect((await get('/runs')).body.runs).toEqual([]);
  });
});
