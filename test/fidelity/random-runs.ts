import fc from 'fast-check';
import { type ItemsTask, randomItemsPlan } from '../compiler/random-items-plans.ts';
import { randomDecidingPlan } from '../random-deciding-plans.ts';
import { randomNestedPlan } from '../random-nested-plans.ts';
import { randomPlan } from '../random-plans.ts';
import type { PlanRun } from './plan-run.ts';

interface AnyPlan {
  readonly kind: string;
  readonly plan: { readonly tasks: readonly { readonly task_id: string }[] };
  /** Of a machine, where the plan is cut into several. */
  readonly smallest: number;
}

const onFailure = fc.constantFrom('continue' as const, 'continue' as const, 'fail_fast' as const);
/** As many events as any item has that has no foreach in it. */
const ITEM_EVENTS = 3_000;

const anyPlan: fc.Arbitrary<AnyPlan> = fc.oneof(
  { weight: 4, arbitrary: randomPlan({ failures: true, pools: true }).map((plan) => ({ kind: 'random', plan, smallest: 300 })) },
  {
    weight: 2,
    arbitrary: onFailure
      .chain((each) => randomDecidingPlan({ pools: true, onFailure: each }))
      .map((plan) => ({ kind: 'random, deciding', plan, smallest: 300 })),
  },
  {
    weight: 2,
    arbitrary: randomNestedPlan({ failures: true, decides: true }).map((plan) => ({ kind: 'random compounds', plan, smallest: 300 })),
  },
  {
    weight: 2,
    arbitrary: randomItemsPlan().map((plan) => ({
      kind: 'random foreach',
      plan,
      smallest: isNested(plan.tasks) ? Number.POSITIVE_INFINITY : ITEM_EVENTS,
    })),
  },
);

const scenario = fc
  .record({
    any: anyPlan,
    maxParallelTasks: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(1000)),
    hanging: fc.array(fc.record({ task: fc.nat(), times: fc.integer({ min: 1, max: 2 }) }), { maxLength: 2 }),
    room: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 600 }) }),
  })
  .map(({ any: { kind, plan, smallest }, maxParallelTasks, hanging, room }): PlanRun => {
    const historyEvents = room === undefined || !Number.isFinite(smallest) ? undefined : smallest + room;
    const name = historyEvents === undefined ? kind : `${kind}, in parts`;
    return { name, plan, maxParallelTasks, historyEvents, hangs: hangsIn(plan, hanging) };
  });

function hangsIn({ tasks }: AnyPlan['plan'], hanging: readonly { task: number; times: number }[]): Record<string, number> {
  return Object.fromEntries(hanging.map(({ task, times }) => [tasks[task % tasks.length]!.task_id, times]));
}

/** Whether there is a foreach in an item of another. */
function isNested(tasks: readonly ItemsTask[], isInItem = false): boolean {
  return tasks.some(({ foreach, subtasks }) => {
    if (foreach !== undefined && isInItem) return true;
    return isNested(subtasks, isInItem || foreach !== undefined);
  });
}

/**
 * The first plans of a seed, with failures of all kinds, limits and pools, a share of them with decisions, compounds and foreach tasks, some in
 * several machines. The one of a number is the same however many are asked for.
 */
export function randomRuns(seed: number, count: number): PlanRun[] {
  return fc.sample(scenario, { seed, numRuns: count });
}
