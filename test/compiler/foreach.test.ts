import { describe, expect, it } from 'vitest';
import type { MapState, StateMachine, TaskState } from '../../lib/compiler/asl.ts';
import { AWS_QUOTAS } from '../../lib/compiler/machine-share.ts';
import type { PlanningError } from '../../lib/model/errors.ts';
import { LOCAL_TARGETS, preparePlan } from '../../lib/planning/prepare-plan.ts';

type Fields = Record<string, unknown>;

const prepare = (tasks: readonly Fields[], plan: Fields = {}) => preparePlan({ tasks, ...plan }).compilation;
const definitionsOf = (tasks: readonly Fields[]): StateMachine[] =>
  prepare(tasks).machines.map(({ definition }) => JSON.parse(definition) as StateMachine);
const compound = (task_id: string, subtasks: readonly Fields[], fields: Fields = {}): Fields => ({
  task_id,
  task_type: 'compound',
  subtasks,
  ...fields,
});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('the machine of a foreach', () => {
  it('asks for its items, does them in the one Map or the other, and then ends it', () => {
    const run = definitionsOf([{ task_id: 'each', foreach: '{{context.list}}' }]).at(-1)!;

    expect(Object.keys(run.States).filter((name) => !/^(settle|stop)/.test(name))).toEqual([
      'each (begin)',
      'items of each',
      'each',
      'each in batches',
      'each (end)',
      'finish run',
    ]);
    const batches = run.States['each in batches'] as MapState;
    const [start] = Object.values(batches.ItemProcessor.States) as TaskState[];
    expect(start!.Resource).toBe('arn:aws:states:::states:startExecution.sync:2');
    expect((run.States['items of each'] as TaskState).Catch!.map(({ Next }) => Next)).toEqual(['finish run', 'settle failure 1']);
  });

  it('is the same for any number of items', () => {
    const [ten, many] = [10, 5000].map((n) => prepare([{ task_id: 'each', foreach: range(n) }]).machines.map(({ name }) => name));

    expect(many).toEqual(ten);
  });

  it('finds each task of an item from its first one', () => {
    const subtasks = [{ task_id: 'x' }, { task_id: 'y', dependencies: [{ task_id: 'x' }] }];
    const text = JSON.stringify(definitionsOf([compound('each', subtasks, { foreach: [1] })]).at(-1));

    expect(text.match(/"task":"{% \$states\.input[^"]*"/g)).toEqual(
      expect.arrayContaining(['"task":"{% $states.input + 1 %}"', '"task":"{% $states.input + 2 %}"']),
    );
  });

  it('has at most 40 iterations at once in a Map', () => {
    const { foreach } = prepare([{ task_id: 'each', foreach: range(100) }]).spec.tasks[0]!;

    expect(foreach!.batches!.inline).toBeLessThanOrEqual(40);
    expect(foreach!.batches!.batch).toBeLessThanOrEqual(1600);
  });

  it('gives fewer items of more tasks to an execution', () => {
    const batchOf = (n: number): number => {
      const subtasks = range(n).map((i) => ({ task_id: `x${i}` }));
      return prepare([compound('each', subtasks, { foreach: [1] })]).spec.tasks[0]!.foreach!.batches!.batch;
    };

    expect(batchOf(4)).toBeLessThan(batchOf(1) / 2);
    expect(batchOf(100)).toBeGreaterThan(0);
  });

  describe('is refused', () => {
    const problemsOf = (tasks: readonly Fields[]): unknown => {
      try {
        return prepare(tasks);
      } catch (error) {
        return (error as PlanningError).details.problems;
      }
    };
    const hint = 'let a stored plan do a part of the item: a compound with a plan_ref is an execution of its own';

    it('where one item is more than an execution holds', () => {
      const subtasks = range(2000).map((i) => ({ task_id: `x${i}` }));

      expect(problemsOf([{ task_id: 'a' }, compound('each', subtasks, { foreach: [1] })])).toEqual([
        {
          code: 'E5604',
          path: '$.tasks[1]',
          message: expect.stringMatching(
            /^an item of the foreach each takes \d{5} history events, retries counted at their worst, and one execution of Step Functions has 25000$/,
          ),
          task_ids: ['each'],
          hint,
        },
      ]);
    });

    it('where the definition of one item is more than a state machine has', () => {
      const inner = range(300).map((i) => ({ task_id: `${'x'.repeat(60)}${i}`, task_type: 'tool_call', tool_name: 't' }));
      const plan = { tasks: [compound('each', inner, { foreach: [1] })] };
      const machineQuotas = { ...AWS_QUOTAS, definitionBytes: 50_000 };

      expect(() => preparePlan(plan, { targets: { ...LOCAL_TARGETS, machineQuotas } })).toThrow(
        /an item of the foreach each takes \d+ bytes of a definition, and one state machine of Step Functions has 50000/,
      );
    });

    it('where its list has more items than can be started, each of which takes an execution of its own', () => {
      const inner = range(20).map((i) => ({ task_id: `in${i}`, foreach: '{{item}}' }));
      const long = (n: number): Fields => compound('each', inner, { foreach: range(n).map(() => []) });

      const { batch, most } = prepare([long(1)]).spec.tasks[0]!.foreach!.batches!;
      expect(batch).toBe(1);
      expect(most! * 8).toBeLessThan(25_000);
      expect(problemsOf([long(most! + 1)])).toEqual([
        {
          code: 'E5604',
          path: '$.tasks[0]',
          message: `the foreach each has at most ${most} items, as each takes an execution of its own, and its list has ${most! + 1}`,
          task_ids: ['each'],
          hint,
        },
      ]);
      expect(prepare([long(most!)]).spec.tasks).toHaveLength(2);
    });

    it('with how much each foreach within takes, and each that is so at once', () => {
      const inner = (i: number): Fields => ({ task_id: `in${i}`, foreach: '{{item.list}}' });
      const long = compound('each', range(40).map(inner), { foreach: '{{context.list}}' });

      const problems = problemsOf([long, compound('outer', [long], { foreach: [1] })]) as { message: string; path: string }[];

      expect(problems.map(({ path }) => path)).toEqual(['$.tasks[0]', '$.tasks[1].subtasks[0]']);
      const [, total, first, second, third, rest] = problems[0]!.message
        .match(
          /^an item of the foreach each takes (\d+) history events, .* take: each\/in0 (\d+), each\/in1 (\d+), each\/in2 (\d+), 37 more (\d+)$/,
        )!
        .map(Number);
      expect([second, third, rest]).toEqual([first, first, 37 * first!]);
      expect(40 * first!).toBeGreaterThan(0.9 * total!);
      expect(problems[1]!.message).toMatch(/^an item of the foreach outer\/each takes .* take: outer\/each\/in0 /);
    });
  });
});

it('stays below 50 KB whatever the list', () => {
  const { machines, report } = prepare([{ task_id: 'each', foreach: '{{context.list}}' }], { resource_budget: { max_parallel_tasks: 40 } });

  expect(machines.reduce((sum, { definition }) => sum + Buffer.byteLength(definition), 0)).toBeLessThan(50_000);
  expect(report.definition_bytes).toBeLessThan(50_000);
});
