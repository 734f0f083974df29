import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { Executions } from './executions.ts';
import { readStage } from './stage.ts';
import { until } from './until.ts';

const api = new ApiClient(readStage());
const plan = {
  plan_id: 'stopped',
  tasks: [
    { task_id: 'quick' },
    { task_id: 'long', assigned_agent: 'later', dependencies: [{ task_id: 'quick' }] },
    { task_id: 'never', dependencies: [{ task_id: 'long' }] },
  ],
};

describe('an execution that is stopped in the console', () => {
  it('leaves a run that has failed, with the reason, and can be resumed', async () => {
    const runId = await api.submit(plan);
    await until(
      () => api.tasks(runId),
      (tasks) => tasks.long!.status === 'executing',
    );
    await new Executions().stop(runId);

    // untilEnded waits for the minute that reconcile may take
    expect(await api.untilEnded(runId)).toMatchObject({
      status: 'failed',
      error: { code: 'E5200', message: expect.stringContaining('ABORTED') },
      totals: { completed: 1, failed: 0, cancelled: 2 },
    });
    expect(await api.send('POST', `/runs/${runId}/resume`)).toMatchObject({ status: 202, body: { execution: 2 } });
    await until(
      () => api.tasks(runId),
      (tasks) => tasks.long!.status === 'executing',
    );
    expect(await api.tasks(runId)).toMatchObject({ quick: { status: 'completed', attempt: 1 }, long: { attempt: 2 } });
    expect((await api.send('POST', `/runs/${runId}/cancel`)).status).toBe(202);
  });
});
