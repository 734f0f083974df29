import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAs } from '../../bench/measure/compile-as.ts';
import { countedRun } from '../../bench/measure/counted-run.ts';
import { costInUsd } from '../../lib/compiler/run-cost.ts';
import { asForeach, type ForeachTask, randomForeachPlan } from '../random-foreach-plans.ts';
import { randomNestedPlan } from '../random-nested-plans.ts';
import { randomPlan } from '../random-plans.ts';

const LIMITS = fc.constantFrom(1, 2, 3, 5, 10, 40, 1000);

/** What the report says of a run, and what has been counted of it. */
async function predictedAndCounted(plan: object): Promise<[predicted: object, counted: object]> {
  const compilation = compileAs(undefined, plan);
  const { usage, seconds } = await countedRun(compilation);
  const { transitions, lambda_calls, read_units, write_units, estimated_cost_usd, expected_makespan_sec } = compilation.report;
  return [
    { transitions, lambda_calls, read_units, write_units, estimated_cost_usd, expected_makespan_sec },
    {
      transitions: usage.transitions,
      lambda_calls: usage.lambdaCalls,
      read_units: usage.reads,
      write_units: usage.writes,
      estimated_cost_usd: costInUsd(usage),
      expected_makespan_sec: seconds,
    },
  ];
}

async function expectExact(plan: object): Promise<void> {
  const [predicted, counted] = await predictedAndCounted(plan);
  expect(predicted).toEqual(counted);
}

/** The pools of an empty list's tasks are forgotten at run time, by whichever process has heard of it: who looks at queues looks at one less. */
function withoutEmpty(tasks: readonly ForeachTask[]): ForeachTask[] {
  return tasks.map(({ items, subtasks, ...task }) => ({ ...task, items: items === 0 ? 1 : items, subtasks: withoutEmpty(subtasks) }));
}

const limited = (limit: number): object => ({ resource_budget: { max_parallel_tasks: limit } });

describe('the report says what a run without failures comes to', () => {
  it('of plans of all shapes, within limits, pools and priorities', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan({ failures: false, pools: true }), LIMITS, (plan, limit) => expectExact({ ...plan, ...limited(limit) })),
      { numRuns: 100 },
    );
  });

  it('of compounds in each other', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomNestedPlan({ failures: false }), LIMITS, (plan, limit) => expectExact({ ...plan, ...limited(limit) })),
      { numRuns: 60 },
    );
  });

  it('of foreach tasks in each other, whose lists are in the plan', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomForeachPlan({ failures: false, decides: false }), LIMITS, (tasks, limit) =>
        expectExact({ tasks: asForeach(withoutEmpty(tasks)), ...limited(limit) }),
      ),
      { numRuns: 60 },
    );
  });

  const mock = (duration_sec: number, outputs?: object): object => ({ metadata: { mock: { duration_sec, ...(outputs && { outputs }) } } });

  it.each<[string, object]>([
    ['a foreach in executions of its own', { tasks: [{ task_id: 'a', foreach: Array.from({ length: 100 }, (_, i) => i), ...mock(3) }] }],
    [
      'a foreach of nothing',
      {
        tasks: [
          { task_id: 'a', foreach: [], ...mock(3) },
          { task_id: 'b', ...mock(1), dependencies: [{ task_id: 'a' }] },
        ],
      },
    ],
    [
      'an item read by its tasks',
      {
        tasks: [
          { task_id: 'a', foreach: [{ n: 1 }, { n: 2 }], inputs: { n: '{{item.n}}' }, ...mock(3) },
          { task_id: 'b', inputs: { all: '{{a.results}}' }, ...mock(1) },
        ],
      },
    ],
    [
      'foreach in each other that fail fast, which look whether something has failed before',
      {
        tasks: [
          {
            ...{ task_id: 'a', task_type: 'compound', on_failure: 'fail_fast', foreach: [1, 2] },
            subtasks: [
              { task_id: 'b', ...mock(1) },
              { task_id: 'c', foreach: [1, 2, 3], dependencies: [{ task_id: 'b' }], ...mock(2) },
            ],
          },
        ],
      },
    ],
    [
      'tasks that report later',
      { tasks: Array.from({ length: 5 }, (_, i) => ({ task_id: `t${i}`, timeout_seconds: 2000, ...mock(1000 + i) })), ...limited(2) },
    ],
    [
      'trigger rules that let everything run',
      {
        tasks: [
          { task_id: 'a', ...mock(1) },
          { task_id: 'b', ...mock(2) },
          ...['all_done', 'none_failed', 'one_success'].map((rule) => ({
            task_id: rule,
            trigger_rule: rule,
            dependencies: [{ task_id: 'a' }, { task_id: 'b' }],
            ...mock(5),
          })),
        ],
        ...limited(2),
      },
    ],
    [
      'a budget of tokens',
      {
        tasks: [1, 2, 3].map((n) => ({ task_id: `t${n}`, ...mock(n, { tokens_used: n }) })),
        resource_budget: { max_parallel_tasks: 2, max_token_count: 100 },
      },
    ],
    [
      'compounds with a timeout',
      {
        tasks: [
          {
            task_id: 'c',
            task_type: 'compound',
            timeout_seconds: 60,
            subtasks: [
              { task_id: 'x', ...mock(1) },
              { task_id: 'y', ...mock(2) },
            ],
          },
          { task_id: 'd', ...mock(1), dependencies: [{ task_id: 'c' }] },
        ],
      },
    ],
  ])('of %s', async (_, plan) => {
    await expectExact(plan);
  });
});

describe('a foreach whose list is there at run time only', () => {
  const tasks = [
    { task_id: 'search', metadata: { mock: { outputs: { hits: [1, 2, 3] }, duration_sec: 1 } } },
    { task_id: 'read', dependencies: [{ task_id: 'search' }], foreach: '{{search.hits}}', metadata: { mock: { duration_sec: 2 } } },
  ];
  const readIn = (list: unknown) => compileAs(undefined, { tasks: [tasks[0], { ...tasks[1], foreach: list }], ...limited(1000) }).report;

  it('is counted with one item, and the report says what each more comes to', async () => {
    const { report } = compileAs(undefined, { tasks, ...limited(1000) });
    const [foreach] = report.foreach!;

    expect(foreach).toMatchObject({ task_id: 'read', items: null, tasks_per_item: 1 });
    // the same with the list in the plan
    const [one, three] = [readIn([1]), readIn([1, 2, 3])];
    expect(one.foreach).toEqual([{ ...foreach, items: 1 }]);
    expect({ tasks: report.tasks, transitions: report.transitions, lambda_calls: report.lambda_calls }).toEqual({
      tasks: one.tasks,
      transitions: one.transitions,
      lambda_calls: one.lambda_calls,
    });
    expect(three.transitions - one.transitions).toBe(2 * foreach!.transitions_per_item);
    expect(three.lambda_calls - one.lambda_calls).toBe(2 * foreach!.lambda_calls_per_item);
    expect(three.tasks - one.tasks).toBe(2 * foreach!.tasks_per_item);
    // tasks are totalled in units of 4 KB
    expect(Math.abs(three.read_units - one.read_units - 2 * foreach!.read_units_per_item)).toBeLessThanOrEqual(1);
    // and a longer list is a longer spec
    expect(Math.abs(three.write_units - one.write_units - 2 * foreach!.write_units_per_item)).toBeLessThanOrEqual(1);
  });
});
