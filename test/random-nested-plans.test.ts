import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { checkCompounds } from './check-compounds.ts';
import { checkEvents, criticalPathSec } from './check-events.ts';
import { type FlatTask, flattenByHand, randomNestedPlan } from './random-nested-plans.ts';
import { simulate } from './simulate.ts';

/** More with PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.PLANS ?? 100);

/** Compounds take no place: their ends count for nothing. */
function withoutEnds(events: readonly RunEvent[], tasks: readonly FlatTask[]): RunEvent[] {
  const ends = new Set(tasks.filter(({ isCompound }) => isCompound).map(({ task_id }) => task_id));
  const others = events.filter(({ type, task_id = '' }) => type !== 'task.executing' || !ends.has(task_id));
  return others.map((event, i) => ({ ...event, seq: i + 1 }));
}

/** What becomes of each task by the plan alone. */
function expectedStatuses(tasks: readonly FlatTask[]): Map<string, string> {
  const statuses = new Map<string, string>();
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  const statusOf = (id: string): string => {
    const known = statuses.get(id);
    if (known !== undefined) return known;
    const { dependencies, isCompound, attempts, metadata } = byId.get(id)!;
    const before = dependencies.map(({ task_id }) => statusOf(task_id));
    const { fail_times } = metadata.mock;
    const fails = isCompound
      ? before.includes('failed')
      : before.every((status) => status === 'completed') && (fail_times < 0 || fail_times >= attempts);
    const status = fails ? 'failed' : before.every((each) => each === 'completed') ? 'completed' : 'blocked';
    statuses.set(id, status);
    return status;
  };
  for (const { task_id } of tasks) statusOf(task_id);
  return statuses;
}

describe('any plan with compounds', () => {
  it('takes exactly as long as without them, and respects all dependencies, also across their borders', async () => {
    await fc.assert(
      fc.asyncProperty(randomNestedPlan({ failures: false }), async (plan) => {
        const tasks = flattenByHand(plan);

        const { events, error } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: 10_000 } });

        expect(error).toBeUndefined();
        const check = checkEvents({ tasks }, events, 10_000);
        expect(check.problems).toEqual([]);
        expect(check.counts).toEqual({ completed: tasks.length });
        expect(check.makespanSec).toBe(criticalPathSec({ tasks }));
      }),
      { numRuns },
    );
  });

  it('keeps its limit and leaves no place empty while a task is ready', async () => {
    await fc.assert(
      fc.asyncProperty(randomNestedPlan({ failures: false }), fc.integer({ min: 1, max: 8 }), async (plan, limit) => {
        const tasks = flattenByHand(plan);

        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        const check = checkEvents({ tasks }, withoutEnds(events, tasks), limit);
        expect(check.problems).toEqual([]);
        const work = tasks.reduce((sum, task) => sum + task.metadata.mock.duration_sec, 0);
        const criticalPath = criticalPathSec({ tasks });
        expect(check.makespanSec).toBeLessThanOrEqual(criticalPath + (work - criticalPath) / limit + 1e-9);
      }),
      { numRuns },
    );
  });

  it('ends with the failures, blocks and completions that follow from it, whoever is first', async () => {
    await fc.assert(
      fc.asyncProperty(randomNestedPlan({ failures: true }), fc.integer({ min: 1, max: 8 }), async (plan, limit) => {
        const tasks = flattenByHand(plan);

        const { events, error } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        const last = new Map(events.filter((event) => event.task_id !== undefined).map((event) => [event.task_id!, event.type.slice(5)]));
        expect(new Map([...last].sort())).toEqual(new Map([...expectedStatuses(tasks)].sort()));
        expect(error?.code).toBe([...last.values()].includes('failed') ? 'E5204' : undefined);
      }),
      { numRuns },
    );
  });

  it('holds what its compounds say, whatever it decides', async () => {
    await fc.assert(
      fc.asyncProperty(randomNestedPlan({ failures: true, decides: true }), fc.integer({ min: 1, max: 8 }), async (plan, limit) => {
        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        expect(checkCompounds(plan, events)).toEqual([]);
      }),
      { numRuns },
    );
  });
});
