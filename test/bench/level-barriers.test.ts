import { expect, it } from 'vitest';
import { compileAs } from '../../bench/measure/compile-as.ts';
import { countedRun } from '../../bench/measure/counted-run.ts';
import { levelBarriers } from '../../bench/measure/level-barriers.ts';
import { checkEvents } from '../check-events.ts';

/*
 *   a (5 s) ─► b (1 s)        ours: 10 s; level by level: 5 s, then 9 s
 *   c (1 s) ─► d (9 s)
 */
const plan = (maxParallel: number) => ({
  tasks: [
    ['a', 5],
    ['b', 1, 'a'],
    ['c', 1],
    ['d', 9, 'c'],
  ].map(([task_id, duration_sec, dependency]) => ({
    task_id: `${task_id}`,
    dependencies: dependency === undefined ? [] : [{ task_id: `${dependency}` }],
    metadata: { mock: { duration_sec: Number(duration_sec) } },
  })),
  resource_budget: { max_parallel_tasks: maxParallel },
});

it('waits for a whole level, where the plan alone would not', async () => {
  const makespanOf = async (arrange: typeof levelBarriers | undefined) => {
    const { events } = await countedRun(compileAs(arrange, plan(4)));
    return checkEvents(plan(4), events, 4).makespanSec;
  };

  expect(await makespanOf(undefined)).toBe(10);
  expect(await makespanOf(levelBarriers)).toBe(14);
});

it('keeps the limit without places: a Map a level, a state a task', async () => {
  const compilation = compileAs(levelBarriers, plan(1));
  const { usage, events } = await countedRun(compilation);

  expect(checkEvents(plan(1), events, 1).problems).toEqual([]);
  expect(usage).toMatchObject({ transitions: 2 + 4 + 1, lambdaCalls: 4 + 1 });
  expect(compilation.report).toMatchObject({ transitions: usage.transitions, lambda_calls: usage.lambdaCalls });
});
