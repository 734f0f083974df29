import { describe, expect, it } from 'vitest';
import type { FunctionNames } from '../../lib/compiler/emit.ts';
import { largestSize, runTaskFor } from '../../lib/compiler/run-task-functions.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';

const CLASSES = [
  { name: 'large', functionName: 'run-large', memoryMb: 4096 },
  { name: 'small', functionName: 'run-small', memoryMb: 512 },
];
const NOTHING = { memory_mb: null, cpu_cores: null, token_count: null, cost_usd: null, disk_mb: null, network_mb: null };

describe('the function of a task', () => {
  it.each([
    [null, 'run-small'],
    [{ ...NOTHING, memory_mb: 512 }, 'run-small'],
    [{ ...NOTHING, memory_mb: 513 }, 'run-large'],
    [{ ...NOTHING, cpu_cores: 0.25 }, 'run-small'],
    [{ ...NOTHING, cpu_cores: 0.5 }, 'run-large'],
    [{ ...NOTHING, disk_mb: 1e6, token_count: 1e6, cost_usd: 1e6, network_mb: 1e6 }, 'run-small'],
  ])('by its resources %j is %s', (resources, expected) => {
    expect(runTaskFor(CLASSES, resources)).toBe(expected);
  });

  it('is the only one, whatever the task needs, where there are no classes', () => {
    expect(runTaskFor('run', { ...NOTHING, memory_mb: 1e9 })).toBe('run');
    expect(largestSize('run')).toBeUndefined();
  });
});

describe('the definition', () => {
  const functionsWith = (runTask: FunctionNames['runTask']) => ({
    targets: {
      functions: { runTask, admitTask: 'admit', listItems: 'list', settleTask: 'settle', finishRun: 'finish' },
      machineArn: (name: string) => name,
    },
  });
  const tasks = Array.from({ length: 8 }, (_, n) => ({ task_id: `work-${n}`, ...(n >= 4 && { resources: { memory_mb: 1000 } }) }));
  const branchesOf = (runTask: FunctionNames['runTask']): object[] => {
    const { machines } = preparePlan({ tasks }, functionsWith(runTask)).compilation;
    const [first] = Object.values((JSON.parse(machines[0]!.definition) as { States: Record<string, { Branches?: object[] }> }).States);
    return first!.Branches ?? [first!];
  };
  it('has a Map for the tasks of each class', () => {
    const maps = branchesOf(CLASSES).map((branch) => Object.values((branch as { States: object }).States)[0] as object);

    expect(maps.map((map) => JSON.stringify(map).match(/run-(small|large)/g))).toEqual([['run-small'], ['run-large']]);
    expect(maps).toMatchObject([
      { Type: 'Map', Items: [0, 1, 2, 3] },
      { Type: 'Map', Items: [4, 5, 6, 7] },
    ]);
  });

  it('has one Map for all where they share a class, or there is none', () => {
    const one = [{ name: 'only', functionName: 'run-only', memoryMb: 2048 }];

    expect(branchesOf(one)).toMatchObject([{ Type: 'Map', Items: [0, 1, 2, 3, 4, 5, 6, 7] }]);
    expect(branchesOf('run')).toMatchObject([{ Type: 'Map', Items: [0, 1, 2, 3, 4, 5, 6, 7] }]);
  });
});
