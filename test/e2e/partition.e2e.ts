import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const CHAINS = 12;
const LENGTH = 70;

/** Long names, and retries of each chain's own, so that no Map takes them together: more than goes into one definition. */
const plan = {
  plan_id: 'partitioned',
  resource_budget: { max_parallel_tasks: CHAINS },
  tasks: Array.from({ length: CHAINS * LENGTH }, (_, n) => {
    const chain = n % CHAINS;
    return {
      task_id: `t${n}`,
      name: `${'長'.repeat(70)} ${n}`,
      task_type: 'tool_call',
      tool_name: 'any',
      retry_policy: { max_retries: 3, initial_delay_sec: 1 + chain },
      dependencies: n < CHAINS ? [] : [{ task_id: `t${n - CHAINS}` }],
    };
  }),
};

describe('a plan that is too large for one state machine', () => {
  it('runs in several, and each task once', { timeout: 120_000 }, async () => {
    const { body } = await api.send<{ machines: number }>('POST', '/plans?dry_run=true', plan);
    expect(body.machines).toBeGreaterThan(1);

    const runId = await api.submit(plan);

    expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed', totals: { completed: plan.tasks.length, retries: 0 } });
    const events = await api.untilLogged(runId);
    expect(events.filter(({ type }) => type === 'task.executing')).toHaveLength(plan.tasks.length);
  });
});
