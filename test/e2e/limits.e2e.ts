import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { mostAtOnce } from './most-at-once.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());
const SIBLINGS = 12;
const LIMIT = 3;

const tool = (task_id: string, dependencies: readonly string[] = []) => ({
  task_id,
  task_type: 'tool_call',
  tool_name: 'any',
  dependencies: dependencies.map((id) => ({ task_id: id })),
  metadata: { mock: { duration_sec: 0.3 } },
});
const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
const resource_budget = { max_parallel_tasks: LIMIT };

/** Equal siblings: a Map with a MaxConcurrency. */
const siblings = { plan_id: 'siblings', resource_budget, tasks: names('sibling', SIBLINGS).map((name) => tool(name)) };

/** Chains of their own beside each other: no Map holds them all, so that tasks wait for places. */
const chains = {
  plan_id: 'chains',
  resource_budget,
  tasks: ['red', 'green', 'blue', 'white', 'black'].flatMap((color, i) =>
    names(color, i + 1).map((name, link) => tool(name, link === 0 ? [] : [`${color}-${link - 1}`])),
  ),
};

describe('max_parallel_tasks', () => {
  it.each([
    ['a Map keeps', siblings, 0],
    ['places keep', chains, 15],
  ])('%s the limit, and uses it', async (_, plan, placeTasks) => {
    const { body } = await api.send<{ place_tasks: number }>('POST', '/plans?dry_run=true', plan);
    expect(body.place_tasks).toBe(placeTasks);
    const runId = await api.submit(plan);

    expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed', totals: { completed: plan.tasks.length, retries: 0 } });

    expect(mostAtOnce(await api.untilLogged(runId))).toBe(LIMIT);
  });
});
