import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import type { SizeClass } from '../../lib/model/size-class.ts';

const LARGE = { name: 'large', memoryMb: 4096 };

function problemsOf(resources: unknown, task: object = {}, limits: { largestSize?: SizeClass } = { largestSize: LARGE }) {
  const parsed = parsePlan({ tasks: [{ task_id: 'first' }, { task_id: 'big', resources, ...task }] }, { makeId: () => 'p', ...limits });
  return parsed.ok ? [] : parsed.problems.map(({ code, path, message, task_ids }) => ({ code, path, message, task_ids }));
}

describe('a task for which no function is large enough', () => {
  it('is refused with its memory, and the largest class', () => {
    expect(problemsOf({ memory_mb: 4097 })).toEqual([
      {
        code: 'E5503',
        path: '$.tasks[1].resources.memory_mb',
        message: 'the task needs 4097 MB; the largest size class, "large", has 4096 MB',
        task_ids: ['big'],
      },
    ]);
  });

  it('is refused with its cores, and the memory they come with', () => {
    expect(problemsOf({ cpu_cores: 2.5 })).toEqual([
      {
        code: 'E5503',
        path: '$.tasks[1].resources.cpu_cores',
        message: 'the task needs 2.5 cores, which come with 4423 MB; the largest size class, "large", has 4096 MB',
        task_ids: ['big'],
      },
    ]);
  });

  it('is refused for both, together with all else that is wrong with it', () => {
    const resources = { memory_mb: 5000, cpu_cores: 3, gpus: 1 };

    expect(
      problemsOf(resources, { task_type: 'tool_call', timeout_seconds: -1 })
        .map(({ code, path }) => `${code} ${path}`)
        .sort(),
    ).toEqual([
      'E5503 $.tasks[1].resources.cpu_cores',
      'E5503 $.tasks[1].resources.memory_mb',
      'E5600 $.tasks[1].timeout_seconds',
      'E5602 $.tasks[1].resources.gpus',
      'E5606 $.tasks[1].tool_name',
    ]);
  });
});

describe('a task is accepted', () => {
  it.each([
    ['that needs just what the largest class has', { memory_mb: 4096, cpu_cores: 2.3 }],
    ['that says nothing', {}],
    ['that says so', null],
  ])('%s', (_, resources) => {
    expect(problemsOf(resources)).toEqual([]);
  });

  it('of any size where nothing limits it', () => {
    expect(problemsOf({ memory_mb: 1e9, cpu_cores: 1e6 }, {}, {})).toEqual([]);
  });
});

describe('resources that make no sense are refused', () => {
  it.each([
    [{ memory_mb: -1 }, 'E5600 $.tasks[1].resources.memory_mb'],
    [{ cpu_cores: '2' }, 'E5600 $.tasks[1].resources.cpu_cores'],
    [{ memory: 1 }, 'E5602 $.tasks[1].resources.memory'],
    [[], 'E5600 $.tasks[1].resources'],
    ['large', 'E5600 $.tasks[1].resources'],
  ])('%j', (resources, problem) => {
    expect(problemsOf(resources).map(({ code, path }) => `${code} ${path}`)).toEqual([problem]);
  });
});
