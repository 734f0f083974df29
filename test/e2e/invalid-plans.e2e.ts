import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { Executions } from './executions.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const executions = new Executions();
const INVALID = {
  plan_id: 'invalid',
  tasks: [
    { task_id: 'a', dependencies: [{ task_id: 'b' }] },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
    { task_id: 'c', dependencies: [{ task_id: 'nobody' }] },
    { task_id: 'd', task_type: 'tool_call' },
    { task_id: 'e', retry_policy: { max_retries: -1 } },
  ],
};
const VALID = { plan_id: 'dry', tasks: [{ task_id: 'a' }, { task_id: 'b', dependencies: [{ task_id: 'a' }] }] };

/** All that a plan could leave behind. */
const traces = async () => ({ runs: (await api.runs()).map(({ run_id }) => run_id), machines: await executions.machineNames() });

describe('an invalid plan', () => {
  it('is refused with all its problems, and leaves nothing', async () => {
    const before = await traces();
    const { status, contentType, body } = await api.send<{ problems: { code: string }[] }>('POST', '/plans', INVALID);

    expect(status).toBe(400);
    expect(contentType).toBe('application/problem+json');
    expect(body).toMatchObject({ status: 400, code: 'E5200' });
    expect(new Set(body.problems.map(({ code }) => code))).toEqual(new Set(['E5301', 'E5302', 'E5606', 'E5704']));
    expect(await traces()).toEqual(before);
  });
});

describe('a dry run', () => {
  it('tells what the plan comes to, and leaves nothing', async () => {
    const before = await traces();
    const { status, body } = await api.send('POST', '/plans?dry_run=true', VALID);

    expect(status).toBe(200);
    expect(body).toMatchObject({ plan_id: 'dry', tasks: 2, dependencies: 1, machines: 1, gated_tasks: 0, warnings: [] });
    expect(await traces()).toEqual(before);
  });

  it('of an invalid plan is refused in the same way', async () => {
    const answers = await Promise.all(['/plans', '/plans?dry_run=true'].map((path) => api.send('POST', path, INVALID)));

    expect(answers[1]).toEqual(answers[0]);
  });
});
