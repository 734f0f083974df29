import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvents, criticalPathSec } from './check-events.ts';
import { findInversions } from './find-inversions.ts';
import { type RandomTask, randomPlan } from './random-plans.ts';
import { simulate } from './simulate.ts';

/** More with PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.PLANS ?? 150);

/** What becomes of each task by the plan alone. */
function expectedStatuses(tasks: readonly RandomTask[]): Map<string, string> {
  const statuses = new Map<string, string>();
  for (const task of tasks) {
    const { fail_times } = task.metadata.mock;
    const blocked = task.dependencies.some((dependency) => statuses.get(dependency.task_id) !== 'completed');
    const fails = fail_times < 0 || fail_times > task.retry_policy.max_retries;
    statuses.set(task.task_id, blocked ? 'blocked' : fails ? 'failed' : 'completed');
  }
  return statuses;
}

describe('any plan', () => {
  it('takes exactly its critical path when nothing limits it', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan({ failures: false }), async (plan) => {
        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: 10_000 } });

        const check = checkEvents(plan, events, 10_000);
        expect(check.problems).toEqual([]);
        expect(check.counts).toEqual({ completed: plan.tasks.length });
        expect(check.makespanSec).toBe(criticalPathSec(plan));
      }),
      { numRuns },
    );
  });

  it('keeps its limit and leaves no place empty while a task is ready', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan({ failures: false }), fc.integer({ min: 1, max: 50 }), async (plan, limit) => {
        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        const check = checkEvents(plan, events, limit);
        expect(check.problems).toEqual([]);
        const work = plan.tasks.reduce((sum, task) => sum + task.metadata.mock.duration_sec, 0);
        const criticalPath = criticalPathSec(plan);
        expect(check.makespanSec).toBeLessThanOrEqual(criticalPath + (work - criticalPath) / limit + 1e-9);
      }),
      { numRuns },
    );
  });

  it('keeps its pools and its limit, and starts the more urgent first', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan({ failures: false, pools: true }), fc.integer({ min: 1, max: 50 }), async (plan, limit) => {
        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        const check = checkEvents(plan, events, limit);
        expect(check.problems).toEqual([]);
        expect(check.counts).toEqual({ completed: plan.tasks.length });
        expect(findInversions(plan, events, limit)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('ends with the failures, blocks and completions that follow from it', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan({ failures: true, pools: true }), fc.integer({ min: 1, max: 50 }), async (plan, limit) => {
        const { events, error } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        expect(checkEvents(plan, events, limit).problems).toEqual([]);
        const last = new Map(events.filter((event) => event.task_id !== undefined).map((event) => [event.task_id!, event.type.slice(5)]));
        expect(new Map([...last].sort())).toEqual(new Map([...expectedStatuses(plan.tasks)].sort()));
        expect(error?.code).toBe([...last.values()].includes('failed') ? 'E5204' : undefined);
      }),
      { numRuns },
    );
  });
});
