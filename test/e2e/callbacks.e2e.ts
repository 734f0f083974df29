import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { callbacksOf } from './agent-log.ts';
import { ApiClient } from './api-client.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const report = (callback: string, body: unknown) => api.send('POST', `/callbacks/${callback}`, body);

/** A task that its agent takes on, and one that reads its outputs. Ids are new each time: the agents' log is found by them. */
function laterPlan(fields: Record<string, unknown> = {}) {
  const id = `later-${crypto.randomUUID()}`;
  const reader = { task_id: 'reader', assigned_agent: 'reader', task_type: 'llm_call', llm_prompt: `{{${id}.text}}` };
  return { id, plan: { plan_id: 'callbacks', tasks: [{ task_id: id, assigned_agent: 'later', ...fields }, reader] } };
}

describe('a task that its agent has accepted', () => {
  it('is completed by its callback, and what depends on it goes on', async () => {
    // beyond the 15 minutes that a function may take
    const { id, plan } = laterPlan({ timeout_seconds: 3600 });
    const runId = await api.submit(plan);
    const [callback] = await callbacksOf(id);
    expect((await api.tasks(runId))[id]).toMatchObject({ status: 'executing', attempt: 1 });

    const answer = await report(callback!, { status: 'succeeded', outputs: { text: 'done', tokens_used: 5 } });

    expect(answer).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
    expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed', tokens_used: 12 });
    expect(await api.task(runId, id)).toMatchObject({ status: 'completed', outputs: { text: 'done' } });
    expect(await api.task(runId, 'reader')).toMatchObject({ outputs: { response: { bytes: 4 } } });
    expect(await report(callback!, { status: 'failed', error: 'no, it is not' })).toMatchObject({ status: 410 });
  });

  it('is failed by its callback, and tried again', async () => {
    const { id, plan } = laterPlan({ retry_policy: { max_retries: 1, initial_delay_sec: 1 } });
    const runId = await api.submit(plan);
    const [first] = await callbacksOf(id);
    expect(await report(first!, { status: 'failed', error: 'come again' })).toMatchObject({ status: 200 });
    const [, second] = await callbacksOf(id, 2);

    expect((await report(first!, { status: 'succeeded', outputs: {} })).status).toBe(410);
    expect((await report(second!, { status: 'failed', error: 'for good' })).status).toBe(200);

    expect(await api.untilEnded(runId)).toMatchObject({ status: 'failed', totals: { failed: 1, blocked: 1, retries: 1 } });
    expect((await api.tasks(runId))[id]).toMatchObject({ status: 'failed', attempt: 2, error: { code: 'E5202', message: 'for good' } });
  });

  it('lives on by heartbeats beyond its timeout, and times out without them', async () => {
    const { id, plan } = laterPlan({ timeout_seconds: 2, retry_policy: { max_retries: 0 } });
    const runId = await api.submit(plan);
    const [callback] = await callbacksOf(id);
    for (let beats = 0; beats < 5; beats++) {
      expect(await report(callback!, { status: 'heartbeat' })).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
      await sleep(1000);
    }
    expect((await api.run(runId)).status).toBe('executing');

    expect(await api.untilEnded(runId)).toMatchObject({ status: 'failed', error: { code: 'E5204' } });
    expect((await api.tasks(runId))[id]).toMatchObject({ status: 'failed', error: { code: 'E5203' } });
    for (const late of [{ status: 'heartbeat' }, { status: 'succeeded', outputs: {} }]) {
      expect((await report(callback!, late)).status).toBe(410);
    }
  });
});

describe('a callback', () => {
  it('that nobody waits for is not found', async () => {
    const answer = await report('no-such-callback', { status: 'succeeded', outputs: {} });

    expect(answer).toMatchObject({ status: 404, contentType: 'application/problem+json', body: { status: 404 } });
  });
});
