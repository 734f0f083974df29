import { describe, expect, it } from 'vitest';
import { LARGEST_PLAN, LARGEST_PROMPT_PLAN } from '../../lib/model/plan-sizes.ts';
import { makeApi, TWO_TASKS } from './make-api.ts';

const PADDING = ' '.repeat(LARGEST_PROMPT_PLAN.bytes);
const INVALID = {
  tasks: [
    { task_id: 'a', dependencies: [{ task_id: 'b' }] },
    { task_id: 'c', colour: 'red' },
  ],
};

/** An API, and something that was uploaded to it. */
async function makeUpload(text: string) {
  const api = makeApi();
  const { upload_id: uploadId } = (await api.post('/plans', { upload: true })).body;
  expect(await api.uploads.put(uploadId, Buffer.from(text))).toBe(true);
  return { ...api, uploadId, submit: (query = '', headers = {}) => api.post(`/plans${query}`, { upload_id: uploadId }, headers) };
}

describe('a plan that is uploaded', () => {
  it('goes where the API says, until the address expires', async () => {
    const { post, uploads, clock } = makeApi();

    const { status, body } = await post('/plans', { upload: true, size_bytes: 3 });

    expect(status).toBe(200);
    expect(body).toEqual({
      upload_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      url: `http://127.0.0.1:80/uploads/${body.upload_id}`,
      headers: { 'content-type': 'application/json' },
      expires_at: '2026-01-01T00:15:00.000Z',
    });
    expect(await uploads.put(body.upload_id, Buffer.from('1234'))).toBe(false);
    expect(await uploads.put(body.upload_id, Buffer.from('123'))).toBe(true);
    await clock.advanceBy(15 * 60_000);
    expect(await uploads.put(body.upload_id, Buffer.from('123'))).toBe(false);
  });

  it.each([
    ['a plan', TWO_TASKS],
    ['a plan with its context', { plan: TWO_TASKS, context: { day: 'Monday' } }],
  ])('is run: %s', async (_, content) => {
    const { submit, uploadId, get, clock, uploads } = await makeUpload(JSON.stringify(content));

    const { status, headers, body } = await submit();
    await clock.runUntilIdle();

    expect(status).toBe(202);
    expect(headers.location).toBe(`/runs/${uploadId}`);
    expect(body).toEqual({ run_id: uploadId, status: 'executing' });
    expect((await get(`/runs/${uploadId}`)).body).toMatchObject({ status: 'completed', plan_id: 'two' });
    expect(await uploads.read(uploadId, 1_000)).toBeUndefined();
  });

  it('is the same run when it is submitted again, with a key or without', async () => {
    const { submit, get } = await makeUpload(JSON.stringify(TWO_TASKS));

    const answers = [await submit(), await submit(), await submit('', { 'idempotency-key': 'key' })];

    expect(new Set(answers.map(({ body }) => body.run_id)).size).toBe(1);
    expect((await get('/runs')).body.runs).toHaveLength(1);
  });

  it('is an earlier run of the same Idempotency-Key, however often that is asked', async () => {
    const { post, submit } = await makeUpload(JSON.stringify(TWO_TASKS));
    const key = { 'idempotency-key': 'key' };
    const { run_id: earlier } = (await post('/plans', TWO_TASKS, key)).body;

    const answers = [await submit('', key), await submit('', key)];

    expect(answers.map(({ body }) => body.run_id)).toEqual([earlier, earlier]);
  });

  it('is reported on by a dry run, and stays', async () => {
    const { submit, get } = await makeUpload(JSON.stringify(TWO_TASKS));

    const { status, body } = await submit('?dry_run=true&max_parallel_tasks=3');

    expect(status).toBe(200);
    expect(body).toMatchObject({ plan_id: 'two', tasks: 2, max_parallel_tasks: 3 });
    expect((await get('/runs')).body.runs).toEqual([]);
    expect((await submit()).status).toBe(202);
  });

  it.each([
    ['an invalid plan', JSON.stringify(INVALID), ['E5302', 'E5602']],
    ['text that is not JSON', '{"tasks": [', ['E5600']],
    ['something beside plan and context', '{"plan": {}, "plans": 1}', ['E5600']],
    ['nesting without end', `{"tasks":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, ['E5600']],
  ])('is refused with all its problems: %s', async (_, text, codes) => {
    const { submit, get } = await makeUpload(text);

    const { status, body } = await submit();

    expect(status).toBe(400);
    expect(body.problems.map(({ code }: { code: string }) => code)).toEqual(codes);
    expect((await get('/runs')).body.runs).toEqual([]);
  });

  it('is not found where nothing was put, or a day ago', async () => {
    const { post, submit, clock } = await makeUpload(JSON.stringify(TWO_TASKS));

    expect((await post('/plans', { upload_id: 'nobody' })).status).toBe(404);
    expect((await post('/plans?dry_run=true', { upload_id: 'nobody' })).status).toBe(404);
    await clock.advanceBy(24 * 60 * 60_000);
    expect((await submit()).status).toBe(404);
  });

  it('has a largest size', async () => {
    const { post, submit } = await makeUpload(' '.repeat(LARGEST_PLAN.bytes + 1));

    expect((await post('/plans', { upload: true, size_bytes: LARGEST_PLAN.bytes })).status).toBe(200);
    expect((await post('/plans', { upload: true, size_bytes: LARGEST_PLAN.bytes + 1 })).status).toBe(413);
    expect(await submit()).toMatchObject({ status: 413, body: { detail: `a plan has at most ${64 * 1024 * 1024} bytes` } });
  });

  it.each([
    { upload: false },
    { upload: true, size_bytes: 0 },
    { upload: true, size_bytes: 1.5 },
    { upload: true, plan: {} },
    { upload_id: '' },
    { upload_id: '../runs' },
    { upload_id: 7 },
    { upload_id: 'a', plan: {} },
  ])('is not asked for by %j', async (body) => {
    expect((await makeApi().post('/plans', body)).status).toBe(400);
  });
});

describe('a plan that is too large to be compiled while somebody waits', () => {
  it('is accepted at once, compiled from the queue, and run', async () => {
    const { submit, get, clock, uploadId } = await makeUpload(JSON.stringify({ plan: TWO_TASKS, context: {} }) + PADDING);

    const { status, body } = await submit('?max_parallel_tasks=1');
    const before = (await get(`/runs/${uploadId}`)).body;
    const tasksBefore = (await get(`/runs/${uploadId}/tasks`)).body;
    const taskBefore = await get(`/runs/${uploadId}/tasks/a`);
    await clock.runUntilIdle();

    expect([status, body]).toEqual([202, { run_id: uploadId, status: 'queued' }]);
    expect(before).toMatchObject({ status: 'queued', task_count: 0 });
    expect(tasksBefore).toEqual({ tasks: [], next_cursor: null });
    expect(taskBefore.status).toBe(404);
    expect((await get(`/runs/${uploadId}`)).body).toMatchObject({ status: 'completed', plan_id: 'two', task_count: 2 });
    expect((await get(`/runs/${uploadId}/tasks`)).body.tasks).toHaveLength(2);
  });

  it('is so by the number of its tasks too, however it comes', async () => {
    const { post, get, clock } = makeApi();
    const tasks = Array.from({ length: LARGEST_PROMPT_PLAN.tasks + 1 }, (_, n) => ({
      task_id: `${n}`,
      dependencies: [{ task_id: 'none' }],
    }));

    const { status, body } = await post('/plans', { tasks });
    await clock.runUntilIdle();

    expect([status, body.status]).toEqual([202, 'queued']);
    expect((await get(`/runs/${body.run_id}`)).body).toMatchObject({ status: 'failed' });
    expect((await post('/plans?dry_run=true', { tasks })).status).toBe(413);
  });

  it('fails with all its problems where it is not valid', async () => {
    const { submit, get, clock, uploadId, errors } = await makeUpload(JSON.stringify(INVALID) + PADDING);
    await submit();

    await clock.runUntilIdle();

    const { body } = await get(`/runs/${uploadId}`);
    expect(body).toMatchObject({ status: 'failed', task_count: 0, error: { code: 'E5200' } });
    expect(body.error.message).toMatch(/^the plan is not valid: E5302 .* \(and 1 more\)$/);
    expect(body.problems.map(({ path }: { path: string }) => path)).toEqual(['$.tasks[0].dependencies[0].task_id', '$.tasks[1].colour']);
    expect((await get('/runs')).body.runs[0]).not.toHaveProperty('problems');
    expect(errors).toEqual([]);
  });

  it('gets no dry run', async () => {
    const { submit } = await makeUpload(JSON.stringify(TWO_TASKS) + PADDING);

    const { status, body } = await submit('?dry_run=true');

    expect(status).toBe(413);
    expect(body.detail).toContain('compile the plan on your own machine');
  });
});
