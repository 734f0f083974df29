import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { Executions } from './executions.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const LARGE = 'x'.repeat(1024 * 1024);
/** The most that a state may be given or answer. */
const MAX_PAYLOAD_BYTES = 256 * 1024;

const plan = {
  plan_id: 'large-outputs',
  tasks: [
    { task_id: 'writer', assigned_agent: 'writer' },
    { task_id: 'reader', assigned_agent: 'reader', task_type: 'llm_call', llm_prompt: '{{writer.response}}' },
  ],
};

describe('an output of a megabyte', () => {
  let runId: string;

  beforeAll(async () => {
    runId = await api.submit(plan);
    await api.untilEnded(runId);
  });

  it('reaches the task that reads it whole', async () => {
    expect(await api.run(runId)).toMatchObject({ status: 'completed', tokens_used: 1007 });
    const sha256 = createHash('sha256').update(LARGE).digest('hex');
    expect((await api.task(runId, 'reader')).outputs).toMatchObject({ response: { bytes: LARGE.length, sha256 } });
  });

  it('is shown whole', async () => {
    expect((await api.task(runId, 'writer')).outputs).toMatchObject({ response: LARGE });
  });

  it('passes through no state', async () => {
    const history = await new Executions().history(runId);

    expect(history.length).toBeGreaterThan(5);
    const largest = Math.max(...history.map((event) => JSON.stringify(event).length));
    expect(largest).toBeLessThan(MAX_PAYLOAD_BYTES);
  });
});
