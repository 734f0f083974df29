import { describe, expect, it } from 'vitest';
import { checkEvents, criticalPathSec } from './check-events.ts';
import { simulate } from './simulate.ts';
import { workloadPlan } from './workload-plan.ts';
import { loadWorkload, WORKLOADS } from './workloads.ts';

const POOLS = ['gpu', 'net', null, null];

/** Every other task in one of two small pools, and every third of another priority; the same each time. */
function withPools(plan: ReturnType<typeof workloadPlan>) {
  const tasks = plan.tasks.map((task, n) => ({ ...task, pool: POOLS[(n * 7) % 4]!, priority: n % 3 === 0 ? (n % 11) - 5 : 0 }));
  return { ...plan, tasks, pools: { gpu: 2, net: 4 } };
}

describe.each(WORKLOADS)('%s', (name) => {
  const workload = loadWorkload(name);

  it('takes no longer than its critical path when nothing limits it', { timeout: 120_000 }, async () => {
    const plan = workloadPlan(workload);

    const { events } = await simulate(plan);

    const { problems, counts, makespanSec } = checkEvents(plan, events, plan.tasks.length);
    expect(problems).toEqual([]);
    expect(counts).toEqual({ completed: plan.tasks.length });
    expect(makespanSec).toBeCloseTo(criticalPathSec(plan), 1);
  });

  it.each([1, 3, 10, 40])('runs at most %i tasks at once and never idles while one could run', { timeout: 120_000 }, async (limit) => {
    const plan = workloadPlan(workload, { maxParallel: limit });

    const { events } = await simulate(plan);

    const { problems, counts, makespanSec } = checkEvents(plan, events, limit);
    expect(problems).toEqual([]);
    expect(counts).toEqual({ completed: plan.tasks.length });
    const work = workload.tasks.reduce((sum, task) => sum + task.runtime_sec, 0);
    const criticalPath = criticalPathSec(plan);
    // Graham's bound for any schedule that leaves no place empty while a task is ready; 0.1 s of rounding to milliseconds
    expect(makespanSec).toBeLessThanOrEqual(criticalPath + (work - criticalPath) / limit + 0.1);
  });

  it('keeps its pools, with priorities of all kinds', { timeout: 120_000 }, async () => {
    const plan = withPools(workloadPlan(workload, { maxParallel: 10 }));

    const { events } = await simulate(plan);

    const { problems, counts } = checkEvents(plan, events, 10);
    expect(problems).toEqual([]);
    expect(counts).toEqual({ completed: plan.tasks.length });
  });
});
