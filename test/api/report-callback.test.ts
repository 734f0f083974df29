import { describe, expect, it } from 'vitest';
import { makeApi } from './make-api.ts';

/** A run whose one task was accepted by its tool, and where it may be reported. */
async function makeAcceptedTask(task: object = {}) {
  const callbacks: string[] = [];
  const api = makeApi({
    callbackTypes: ['tool_call'],
    toolExecutor: {
      async execute(_toolName, _arguments, _signal, callbackId) {
        callbacks.push(callbackId!);
        return { accepted: true };
      },
    },
  });
  const plan = { tasks: [{ task_id: 'later', task_type: 'tool_call', tool_name: 't', timeout_seconds: 60, ...task }] };
  const { run_id: runId } = (await api.post('/plans', plan)).body;
  await api.clock.advanceBy(10);
  const taskOf = async () => (await api.get(`/runs/${runId}/tasks/later`)).body;
  return { ...api, runId, callbacks, taskOf, report: (body: unknown, n = 0) => api.post(`/callbacks/${callbacks[n]}`, body) };
}

describe('POST /callbacks/{callback_id}', () => {
  it('completes the task, and says so again', async () => {
    const { report, taskOf, clock, get, runId } = await makeAcceptedTask();

    const answers = [
      await report({ status: 'succeeded', outputs: { data: 7 } }),
      await report({ status: 'succeeded', outputs: { data: 8 } }),
    ];
    await clock.runUntilIdle();

    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { outcome: 'accepted' }],
      [200, { outcome: 'accepted' }],
    ]);
    expect(await taskOf()).toMatchObject({ status: 'completed', attempt: 1, outputs: { data: 7 } });
    expect((await get(`/runs/${runId}`)).body.status).toBe('completed');
  });

  it('fails the attempt, which is then repeated as the policy says', async () => {
    const { report, taskOf, clock, callbacks } = await makeAcceptedTask({ retry_policy: { max_retries: 1 } });

    expect((await report({ status: 'failed', error: 'no luck' })).status).toBe(200);
    await clock.advanceBy(2_000);
    expect(callbacks).toHaveLength(2);
    expect((await report({ status: 'succeeded' }, 1)).status).toBe(200);

    expect(await taskOf()).toMatchObject({ status: 'completed', attempt: 2, outputs: {} });
  });

  it('takes a heartbeat while the attempt goes on', async () => {
    const { report } = await makeAcceptedTask();

    expect((await report({ status: 'heartbeat' })).status).toBe(200);
  });

  it.each([{ status: 'succeeded' }, { status: 'failed', error: 'late' }, { status: 'heartbeat' }])(
    'refuses %j once the attempt has timed out',
    async (body) => {
      const { report, clock, taskOf } = await makeAcceptedTask({ retry_policy: { max_retries: 0 } });
      await clock.runUntilIdle();
      const before = await taskOf();

      expect((await report(body)).status).toBe(410);

      expect(before).toMatchObject({ status: 'failed', error: { code: 'E5203' } });
      expect(await taskOf()).toEqual(before);
    },
  );

  it('does not know callbacks that were never given out', async () => {
    expect((await makeApi().post('/callbacks/nobody', { status: 'heartbeat' })).status).toBe(404);
  });

  it.each([
    {},
    [],
    { status: 'done' },
    { status: 'failed' },
    { status: 'failed', error: '' },
    { status: 'succeeded', outputs: [] },
    { status: 'succeeded', outputs: {}, error: 'x' },
  ])('refuses %j', async (body) => {
    const { report, taskOf } = await makeAcceptedTask();

    expect((await report(body)).status).toBe(400);
    expect((await taskOf()).status).toBe('executing');
  });
});
