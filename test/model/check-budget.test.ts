import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';

type Resources = Record<string, unknown>;

/** A task for each of the given resources. */
const parse = (resource_budget: unknown, ...resources: readonly unknown[]) =>
  parsePlan({ tasks: resources.map((each, i) => ({ task_id: `t${i}`, resources: each })), resource_budget }, { makeId: () => 'made' });

const problemsOf = (budget: unknown, ...resources: readonly unknown[]) => {
  const parsed = parse(budget, ...resources);
  return parsed.ok ? [] : parsed.problems;
};
const pathsOf = (budget: unknown, ...resources: readonly unknown[]) =>
  problemsOf(budget, ...resources).map(({ code, path }) => `${code} ${path}`);

describe('the resources of a task', () => {
  it('are kept, each null where it is not said', () => {
    const parsed = parse(null, { memory_mb: 512, cost_usd: 0 }, null, undefined);

    expect(parsed.ok && parsed.plan.tasks.map((task) => task.resources)).toEqual([
      { memory_mb: 512, cpu_cores: null, token_count: null, cost_usd: 0, disk_mb: null, network_mb: null },
      null,
      null,
    ]);
  });

  it.each<[unknown, string[]]>([
    [{ memory_mb: -1 }, ['E5600 $.tasks[0].resources.memory_mb']],
    [{ token_count: '7' }, ['E5600 $.tasks[0].resources.token_count']],
    [{ cpu_cores: -0.1, disk_mb: [] }, ['E5600 $.tasks[0].resources.cpu_cores', 'E5600 $.tasks[0].resources.disk_mb']],
    [[1], ['E5600 $.tasks[0].resources']],
    ['all', ['E5600 $.tasks[0].resources']],
    [{ memory: 1 }, ['E5602 $.tasks[0].resources.memory']],
  ])('are checked: %j', (resources, expected) => {
    expect(pathsOf(null, resources)).toEqual(expected);
  });

  it('are guessed at where they are misspelt', () => {
    expect(problemsOf(null, { memory_md: 1 })).toMatchObject([{ hint: 'did you mean "memory_mb"?', task_ids: ['t0'] }]);
  });
});

describe('a budget', () => {
  it.each(['max_cpu_cores', 'max_memory_mb', 'max_execution_time_sec', 'max_token_count', 'max_cost_usd'])(
    'of zero or less is refused: %s',
    (name) => {
      for (const limit of [0, -1, '1']) expect(pathsOf({ [name]: limit }, null)).toEqual([`E5600 $.resource_budget.${name}`]);
    },
  );

  it('warns of what is not held to only', () => {
    const all = { max_cpu_cores: 1, max_memory_mb: 1, max_execution_time_sec: 1, max_token_count: 1, max_cost_usd: 1 };
    const parsed = parse({ ...all, max_disk_mb: 1, max_network_mb: 0, max_parallel_tasks: 3 }, null);

    expect(parsed).toMatchObject({
      ok: true,
      warnings: ['resource_budget: max_disk_mb, max_network_mb are not held to: nothing measures them'],
    });
  });

  it('may be taken up to the last token, cent and megabyte', () => {
    const tenth: Resources = { token_count: 5, cost_usd: 0.1, memory_mb: 100, cpu_cores: 2 };
    const budget = { max_token_count: 15, max_cost_usd: 0.3, max_memory_mb: 100, max_cpu_cores: 2 };

    expect(problemsOf(budget, tenth, tenth, tenth)).toEqual([]);
  });

  it('is no limit where it does not say one', () => {
    expect(problemsOf({ max_parallel_tasks: 1 }, { token_count: 1e15, cost_usd: 1e9, memory_mb: 1e9, cpu_cores: 1e9 })).toEqual([]);
  });

  it('names sums and single tasks beyond it, all at once', () => {
    const budget = { max_token_count: 999, max_cost_usd: 0.29, max_memory_mb: 512, max_cpu_cores: 1 };

    const problems = problemsOf(budget, { token_count: 600, cost_usd: 0.1, memory_mb: 513 }, null, {
      token_count: 400,
      cost_usd: 0.2,
      memory_mb: 512,
      cpu_cores: 1.5,
    });

    expect(problems).toEqual([
      {
        code: 'E5501',
        path: '$.resource_budget.max_token_count',
        message: 'the tasks are estimated to take 1000 tokens, more than the 999 of the budget',
        task_ids: [],
      },
      {
        code: 'E5501',
        path: '$.resource_budget.max_cost_usd',
        message: 'the tasks are estimated to take 0.3 USD, more than the 0.29 of the budget',
        task_ids: [],
      },
      {
        code: 'E5503',
        path: '$.tasks[0].resources.memory_mb',
        message: 'the task takes 513 MB of memory, more than the 512 of max_memory_mb',
        task_ids: ['t0'],
      },
      {
        code: 'E5503',
        path: '$.tasks[2].resources.cpu_cores',
        message: 'the task takes 1.5 CPU cores, more than the 1 of max_cpu_cores',
        task_ids: ['t2'],
      },
    ]);
  });

  it('is compared with what can be read of a plan that is wrong elsewhere', () => {
    expect(pathsOf({ max_token_count: 1, max_tokens: 1 }, { token_count: 2, memory_mb: -1 }, 7)).toEqual([
      'E5602 $.resource_budget.max_tokens',
      'E5501 $.resource_budget.max_token_count',
      'E5600 $.tasks[0].resources.memory_mb',
      'E5600 $.tasks[1].resources',
    ]);
  });
});
