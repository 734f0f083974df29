import { describe, expect, it } from 'vitest';
import type { StateMachine } from '../../lib/compiler/asl.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';

/** The budget that the run keeps, and the TimeoutSeconds of its machines, the run's own last. */
function compiled(resource_budget: object | null, tasks = 1) {
  const plan = {
    tasks: Array.from({ length: tasks }, (_, i) => ({ task_id: `t${i}`, dependencies: i % 7 ? [{ task_id: `t${i - 1}` }] : [] })),
  };
  const { compilation } = preparePlan({ ...plan, resource_budget });
  const timeouts = compilation.machines.map(({ definition }) => (JSON.parse(definition) as StateMachine).TimeoutSeconds);
  return { budget: compilation.spec.budget, timeouts };
}

describe('the budget of a run', () => {
  it.each([[null], [{}], [{ max_parallel_tasks: 3, max_memory_mb: 512 }]])('is absent where nothing is to be held to: %j', (budget) => {
    expect(compiled(budget)).toEqual({ budget: undefined, timeouts: [undefined] });
  });

  it('has what is to be held to while it runs', () => {
    expect(compiled({ max_execution_time_sec: 60, max_token_count: 7, max_cost_usd: 0.5 }).budget).toEqual({
      maxExecutionTimeSec: 60,
      maxTokenCount: 7,
      maxCostUsd: 0.5,
    });
  });

  it.each([
    [60, 90],
    [0.5, 31],
    [60.1, 91],
    [1e12, 99_999_999],
  ])('of %d s ends the execution after %d s, should nothing else have', (sec, timeoutSec) => {
    expect(compiled({ max_execution_time_sec: sec }).timeouts).toEqual([timeoutSec]);
  });

  it('ends the execution of the run only, not those that it starts', () => {
    const { timeouts } = compiled({ max_execution_time_sec: 60 }, 3000);

    expect(timeouts.length).toBeGreaterThan(1);
    expect(timeouts.at(-1)).toBe(90);
    expect(new Set(timeouts.slice(0, -1))).toEqual(new Set([undefined]));
  });
});
