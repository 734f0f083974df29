import { beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { Executions } from './executions.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());

/*
 *   bad ──► behind ──► end ◄── beside ◄── good
 */
const plan = {
  plan_id: 'failure',
  tasks: [
    { task_id: 'bad', assigned_agent: 'failing', retry_policy: { max_retries: 0 } },
    { task_id: 'behind', dependencies: [{ task_id: 'bad' }] },
    { task_id: 'good' },
    { task_id: 'beside', dependencies: [{ task_id: 'good' }] },
    { task_id: 'end', dependencies: [{ task_id: 'behind' }, { task_id: 'beside' }] },
  ],
};

describe('a plan with a task that fails', () => {
  let runId: string;

  beforeAll(async () => {
    runId = await api.submit(plan);
    await api.untilEnded(runId);
  });

  it('fails as E5204 with the counts', async () => {
    expect(await api.run(runId)).toMatchObject({
      status: 'failed',
      error: { code: 'E5204' },
      totals: { completed: 2, failed: 1, blocked: 2, executed: 3, retries: 0, unfinished: 0 },
    });
  });

  it('runs what does not depend on the task and blocks what does', async () => {
    const tasks = await api.tasks(runId);

    expect(tasks.bad).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'E5202', message: 'the agent cannot do bad' } });
    expect(tasks.beside).toMatchObject({ status: 'completed', error: null });
    expect(tasks.behind).toMatchObject({ status: 'blocked', attempt: 0 });
    expect(tasks.end).toMatchObject({ status: 'blocked', attempt: 0 });
  });

  it('shows as FAILED in Step Functions, by the same code', async () => {
    const { status, error, cause } = await new Executions().describe(runId);

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'E5204' });
    expect(JSON.parse(cause!)).toMatchObject({ errorType: 'E5204' });
  });
});
