import fc from 'fast-check';
import { type RandomPlan, randomPlan } from '../random-plans.ts';
import type { PlanRun } from './plan-run.ts';

const scenario = fc
  .record({
    plan: randomPlan({ failures: true, pools: true }),
    maxParallelTasks: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(1000)),
    hanging: fc.array(fc.record({ task: fc.nat(), times: fc.integer({ min: 1, max: 2 }) }), { maxLength: 2 }),
    historyEvents: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.integer({ min: 300, max: 900 }) }),
  })
  .map(({ plan, hanging, ...rest }) => ({ ...rest, plan, hangs: hangsIn(plan, hanging) }));

function hangsIn({ tasks }: RandomPlan, hanging: readonly { task: number; times: number }[]): Record<string, number> {
  return Object.fromEntries(hanging.map(({ task, times }) => [tasks[task % tasks.length]!.task_id, times]));
}

/**
 * The first plans of a seed, with failures of all kinds, limits and pools, some in several machines. The one of a number is the same however
 * many are asked for.
 */
export function randomRuns(seed: number, count: number): PlanRun[] {
  return fc
    .sample(scenario, { seed, numRuns: count })
    .map((each) => ({ ...each, name: each.historyEvents === undefined ? 'random' : 'random, in parts' }));
}
