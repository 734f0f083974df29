import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());

/*
 *   quick ───► early
 *      └─────┐
 *   slow ───► late      the shape that no series and parallel hold
 */
const tool = (task_id: string, dependencies: string[], duration_sec = 0) => ({
  task_id,
  task_type: 'tool_call',
  tool_name: 'any',
  dependencies: dependencies.map((id) => ({ task_id: id })),
  metadata: { mock: { duration_sec } },
});
const plan = {
  plan_id: 'gate',
  tasks: [tool('quick', []), tool('slow', [], 3), tool('early', ['quick']), tool('late', ['quick', 'slow'])],
};

describe('a plan that is not series-parallel', () => {
  it('has a gate', async () => {
    const { body } = await api.send<{ gated_tasks: number }>('POST', '/plans?dry_run=true', plan);

    expect(body.gated_tasks).toBe(1);
  });

  it('starts each task when its own dependencies are done, and no later', async () => {
    const runId = await api.submit(plan);
    const run = await api.untilEnded(runId);

    expect(run).toMatchObject({ status: 'completed', totals: { completed: 4 } });
    const { quick, slow, early, late } = await api.tasks(runId);
    expect(early!.completed_at! < slow!.completed_at!).toBe(true);
    expect(early!.started_at! >= quick!.completed_at!).toBe(true);
    expect(late!.started_at! >= slow!.completed_at!).toBe(true);
  });
});
