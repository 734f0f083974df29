import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { readStage } from './stage.ts';
import { until } from './until.ts';

const api = new ApiClient(readStage());

const played = (task_id: string, duration_sec: number, more: Record<string, unknown> = {}, mock: object = {}) => ({
  task_id,
  task_type: 'tool_call',
  tool_name: 'any',
  retry_policy: { max_retries: 0 },
  ...more,
  metadata: { mock: { duration_sec, ...mock } },
});
const sub = (task_id: string, plan_ref: string, more: object = {}) => ({ task_id, task_type: 'compound', plan_ref, ...more });
const behind = (task_id: string) => ({ dependencies: [{ task_id }] });

async function keep(name: string, ...tasks: readonly object[]): Promise<void> {
  expect((await api.send('PUT', `/plans/${name}`, { tasks })).status).toBe(200);
}

/** The run that a task is, once it is in one of these statuses. */
async function childOf(runId: string, taskId: string, ...statuses: readonly string[]) {
  const { child_run_id } = await until(
    () => api.task(runId, taskId),
    (task) => task.child_run_id !== undefined,
    60_000,
  );
  const child = await until(
    async () => (await api.send<Awaited<ReturnType<typeof api.run>>>('GET', `/runs/${child_run_id}`)).body,
    ({ status }) => statuses.includes(status),
    60_000,
  );
  return child;
}

describe('a task with a plan_ref', () => {
  it('is a run of its own, also within such a run, and puts out what that has made', { timeout: 180_000 }, async () => {
    const data = { outputs: { data: 42 } };
    await keep('leaf', played('a', 0.1, { inputs: { given: '{{context.x}}' } }, data), played('b', 0.1, behind('a')));
    await keep('middle', sub('l', 'leaf', { inputs: { x: '{{context.x}}' }, outputs: { n: '{{a.data}}' } }));

    const runId = await api.submit({
      tasks: [sub('s', 'middle', { inputs: { x: 1 }, outputs: { n: '{{l.n}}' } }), played('after', 0.1, { inputs: { n: '{{s.n}}' } })],
    });

    expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed', totals: { completed: 2 } });
    const task = await api.task(runId, 's');
    expect(task).toMatchObject({ status: 'completed', attempt: 1, outputs: { n: 42 } });
    expect(await api.run(task.child_run_id!)).toMatchObject({
      status: 'completed',
      parent_run_id: runId,
      parent_task_id: 's',
      plan_id: 'middle',
    });
  });

  it('fails as that run does, and goes on in it when its own is retried', { timeout: 180_000 }, async () => {
    await keep('flaky', played('a', 0.1), played('b', 0.1, behind('a'), { fail_times: 1 }));
    const runId = await api.submit({ tasks: [sub('s', 'flaky')] });
    expect(await api.untilEnded(runId)).toMatchObject({ status: 'failed', error: { code: 'E5204' } });
    const { child_run_id: child, error } = await api.task(runId, 's');
    expect(error).toMatchObject({ code: 'E5204', message: expect.stringContaining(child!) });

    expect((await api.send('POST', `/runs/${runId}/retry`)).status).toBe(202);

    expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed', execution: 2 });
    expect(await api.run(child!)).toMatchObject({ status: 'completed', execution: 2 });
    expect((await api.tasks(child!)).a).toMatchObject({ attempt: 1 });
  });

  it('is paused, resumed and cancelled with its run', { timeout: 240_000 }, async () => {
    await keep('slow', played('a', 3), played('b', 3, behind('a')), played('c', 600, behind('b')));
    const runId = await api.submit({ tasks: [sub('s', 'slow')] });
    await childOf(runId, 's', 'executing');

    expect((await api.send('POST', `/runs/${runId}/pause`)).status).toBe(202);
    const paused = await childOf(runId, 's', 'paused');
    await until(
      () => api.run(runId),
      ({ status }) => status === 'paused',
      60_000,
    );
    expect((await api.send('POST', `/runs/${runId}/resume`)).status).toBe(202);
    expect(await childOf(runId, 's', 'executing')).toMatchObject({ run_id: paused.run_id, execution: 2 });

    expect((await api.send('POST', `/runs/${runId}/cancel`)).status).toBe(202);

    expect((await api.run(runId)).status).toBe('cancelled');
    expect(await childOf(runId, 's', 'cancelled')).toMatchObject({ run_id: paused.run_id });
  });

  it('is a problem where there is no such plan', async () => {
    expect((await api.send<{ removed: boolean }>('DELETE', '/plans/gone')).body.removed).toBe(false);
    const { status, body } = await api.send('POST', '/plans', { tasks: [sub('s', 'gone')] });

    expect(status).toBe(400);
    expect(body).toMatchObject({ problems: [{ code: 'E5302', path: '$.tasks[0].plan_ref' }] });
  });
});
