import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const plan = { plan_id: 'idempotency', tasks: [{ task_id: 'only' }] };

describe('a plan that is submitted again', () => {
  it('under the same key is the same run, before its end and after', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const [first, second] = await Promise.all([api.submit(plan, key), api.submit(plan, key)]);
    await api.untilEnded(first);
    const third = await api.submit(plan, key);

    expect(second).toBe(first);
    expect(third).toBe(first);
    const events = await api.untilLogged(first);
    expect(events.filter(({ type }) => type === 'run.executing')).toHaveLength(1);
  });

  it('under another key, or none, is another run', async () => {
    const runs = [await api.submit(plan, { 'idempotency-key': crypto.randomUUID() }), await api.submit(plan), await api.submit(plan)];

    expect(new Set(runs).size).toBe(3);
    for (const run of runs) expect(await api.untilEnded(run)).toMatchObject({ status: 'completed' });
  });
});
