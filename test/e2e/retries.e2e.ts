import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const flaky = (fail_times: number) => ({
  plan_id: 'retries',
  tasks: [
    {
      task_id: 'flaky',
      task_type: 'tool_call',
      tool_name: 'any',
      retry_policy: { max_retries: 2, initial_delay_sec: 1, backoff_multiplier: 1.5 },
      metadata: { mock: { fail_times, error: 'not yet', outputs: { data: 'at last' } } },
    },
  ],
});

describe('a task that fails', () => {
  it('is tried again as its policy says, and completes', async () => {
    const runId = await api.submit(flaky(2));
    const run = await api.untilEnded(runId);

    expect(run).toMatchObject({ status: 'completed', totals: { completed: 1, executed: 1, retries: 2 } });
    expect(await api.task(runId, 'flaky')).toMatchObject({ status: 'completed', attempt: 3, outputs: { data: 'at last' }, error: null });
  });

  it('has failed when the retries are used up', async () => {
    const runId = await api.submit(flaky(3));
    const run = await api.untilEnded(runId);

    expect(run).toMatchObject({ status: 'failed', totals: { failed: 1, executed: 1, retries: 2 } });
    expect((await api.tasks(runId)).flaky).toMatchObject({ status: 'failed', attempt: 3, error: { message: 'not yet' } });
  });
});
