import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { mostAtOnce } from './most-at-once.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const LIMIT = 2;

const plan = {
  plan_id: 'pooled',
  pools: { own: 1 },
  tasks: Array.from({ length: 6 }, (_, n) => ({
    task_id: `t${n}`,
    task_type: 'tool_call',
    tool_name: 'any',
    pool: n < 4 ? 'shared' : 'own',
    priority: n,
    metadata: { mock: { duration_sec: 0.3 } },
  })),
};

describe('pools', () => {
  it('hold over two runs and within each, and are empty in the end', async () => {
    expect((await api.send('PUT', '/pools/shared', { limit: LIMIT })).status).toBe(200);

    const runs = [await api.submit(plan), await api.submit(plan)];

    for (const runId of runs) expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed' });
    const logs = await Promise.all(runs.map((runId) => api.untilLogged(runId)));
    const inPool = (isIn: (taskId: string) => boolean) => (event: { task_id?: string | undefined }) => isIn(event.task_id ?? '');
    expect(mostAtOnce(logs.flat().filter(inPool((id) => id !== '' && id < 't4')))).toBe(LIMIT);
    for (const log of logs) expect(mostAtOnce(log.filter(inPool((id) => id >= 't4')))).toBe(1);
    const { body } = await api.send<{ pools: object[] }>('GET', '/pools');
    expect(body.pools).toEqual([{ name: 'shared', limit: LIMIT, held: 0, waiting_runs: 0 }]);
  });
});
