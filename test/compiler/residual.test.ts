import { describe, expect, it } from 'vitest';
import type { ParallelState, StateMachine } from '../../lib/compiler/asl.ts';
import type { Compilation } from '../../lib/compiler/compile.ts';
import { compileResidual } from './compile-residual.ts';
import { range } from './layouts.ts';
import { readMachines } from './read-machines.ts';

const task = (name: string, dependencies: string[] = [], fields: object = {}) => ({
  task_id: name,
  name,
  dependencies: dependencies.map((task_id) => ({ task_id })),
  ...fields,
});
const structureOf = ({ machines, spec }: Compilation) => readMachines(machines, (ordinal) => spec.tasks[ordinal]!.gate?.dependencies ?? []);
const statesOf = ({ machines }: Compilation) => (JSON.parse(machines.at(-1)!.definition) as StateMachine).States;

//      b
//    /   \
// a        d -> e
//    \   /
//      c
const diamond = { tasks: [task('a'), task('b', ['a']), task('c', ['a']), task('d', ['b', 'c']), task('e', ['d'])] };

describe('the residual compile', () => {
  it('lays out what is open, in the ordinals of the plan', () => {
    const compilation = compileResidual(diamond, { limit: 10, residual: { open: new Set([2, 3, 4]) } });

    expect(Object.keys(statesOf(compilation))).toEqual(['c', 'd', 'e', 'settle failure 1', 'finish run']);
    expect(structureOf(compilation).structure).toEqual({
      kind: 'series',
      parts: [2, 3, 4].map((each) => ({ kind: 'task', task: each, gate: [] })),
    });
    expect(compilation.report).toMatchObject({
      tasks: 3,
      dependencies: 2,
      width: 1,
      critical_path_sec: 900,
      transitions: 4,
      lambda_calls: 4,
    });
  });

  it('keeps records of all tasks, with their dependencies, and says of which execution they are', () => {
    const { spec } = compileResidual(diamond, { limit: 10, residual: { open: new Set([2, 3, 4]), execution: 7 } });

    expect(spec.tasks.map(({ ordinal, id, dependencies, dependents, execution }) => ({ ordinal, id, dependencies, dependents, execution }))).toEqual([
      { ordinal: 0, id: 'a', dependencies: [], dependents: [1, 2], execution: 7 },
      { ordinal: 1, id: 'b', dependencies: [0], dependents: [3], execution: 7 },
      { ordinal: 2, id: 'c', dependencies: [0], dependents: [3], execution: 7 },
      { ordinal: 3, id: 'd', dependencies: [1, 2], dependents: [4], execution: 7 },
      { ordinal: 4, id: 'e', dependencies: [3], dependents: [], execution: 7 },
    ]); // biome-ignore format: a table
  });

  it('only ends the run where nothing is open', () => {
    const compilation = compileResidual(diamond, { limit: 10, residual: { open: new Set() } });

    expect(Object.keys(statesOf(compilation))).toEqual(['finish run']);
    expect(compilation.spec.tasks).toHaveLength(5);
    expect(compilation.report).toMatchObject({ tasks: 0, width: 0, critical_path_sec: 0, transitions: 1, lambda_calls: 1 });
  });

  it('gates by open tasks only', () => {
    // a   b   c
    // | \ | \ |
    // d   e   f
    const plan = { tasks: [task('a'), task('b'), task('c'), task('d', ['a']), task('e', ['a', 'b']), task('f', ['b', 'c'])] };
    const gates = (open: number[]) =>
      compileResidual(plan, { limit: 10, residual: { open: new Set(open) } }).spec.tasks.map((each) => each.gate);

    expect(gates([0, 3, 4]).filter((gate) => gate !== undefined)).toEqual([]);
    const { spec } = compileResidual(plan, { limit: 10, residual: { open: new Set([0, 1, 3, 4]) } });
    expect(spec.tasks.filter((each) => each.gate !== undefined).map(({ ordinal, gate }) => [ordinal, gate])).toEqual([
      [4, { dependencies: [0, 1], pools: [] }],
    ]);
    expect(spec.tasks.map((each) => each.opens)).toEqual([[4], [4], [], [], [], []]);
  });

  it('gives no places to tasks that are not open', () => {
    const plan = { tasks: range(0, 4).map((n) => task(`t${n}`, [], { pool: 'gpu' })), pools: { gpu: 1 } };

    const { spec, report } = compileResidual(plan, { limit: 10, residual: { open: new Set([1, 3]) } });

    expect(spec.tasks.map((each) => each.gate?.pools)).toEqual([undefined, ['gpu'], undefined, ['gpu']]);
    expect(report).toMatchObject({ tasks: 2, place_tasks: 2 });
  });

  it('ranks the started first, whatever their priority, then the open ones', () => {
    const plan = { tasks: [task('a', [], { priority: 9 }), task('b', [], { priority: 5 }), task('c'), task('d', [], { priority: 1 })] };

    const { spec } = compileResidual(plan, { limit: 1, residual: { open: new Set([1, 2, 3]), started: new Set([2]) } });

    expect(spec.tasks.map(({ rank, priority = 0 }) => [rank, priority])).toEqual([[3, 9], [1, 5], [0, 0], [2, 1]]); // biome-ignore format: pairs
  });

  it('lets the started take places, where a Map would count its own iterations', () => {
    const plan = { tasks: range(0, 8).map((n) => task(`work ${n}`)) };
    const open = new Set(range(2, 8));

    expect(statesOf(compileResidual(plan, { limit: 2, residual: { open } }))['work ×6']).toMatchObject({
      Items: [2, 3, 4, 5, 6, 7],
      MaxConcurrency: 2,
    });
    const resumed = compileResidual(plan, { limit: 2, residual: { open, started: new Set([5, 7]) } });
    expect(statesOf(resumed)['work ×6']).toMatchObject({ Items: [5, 7, 2, 3, 4, 6] });
    expect(statesOf(resumed)['work ×6']).not.toHaveProperty('MaxConcurrency');
    expect(resumed.spec.tasks.map((each) => each.gate?.pools)).toEqual([undefined, undefined, ...range(2, 8).map(() => [''])]);
  });

  it('lets the started take places also where only a Map after them is limited', () => {
    // a | b, which are followed by four at once
    const last = range(0, 4).map((n) => task(`last ${n}`, ['a', 'b']));
    const plan = { tasks: [task('done'), task('a'), task('b'), ...last] };
    const open = new Set(range(1, 7));

    const { spec } = compileResidual(plan, { limit: 2, residual: { open, started: new Set([1]) } });

    // the Map comes after them and has nothing beside it
    expect(spec.tasks.map((each) => each.gate?.pools)).toEqual([undefined, [''], ...range(2, 7).map(() => undefined)]);
  });

  it('asks for no places where no more can run than may', () => {
    const { spec } = compileResidual(diamond, { limit: 2, residual: { open: new Set([1, 2, 3, 4]), started: new Set([1, 2]) } });

    expect(spec.tasks.filter((each) => each.gate !== undefined)).toEqual([]);
  });

  it('retries as often as is left', () => {
    const plan = { tasks: range(0, 6).map((n) => task(`work ${n}`, [], { retry_policy: { max_retries: 3 } })) };

    const states = statesOf(
      compileResidual(plan, {
        limit: 10,
        residual: { open: new Set(range(0, 6)), retriesLeft: (ordinal) => (ordinal === 0 ? 0 : ordinal === 1 ? 7 : 3) },
      }),
    );

    const text = JSON.stringify(states);
    const branches = (Object.values(states)[0] as ParallelState).Branches.map((branch) => Object.values(branch.States)[0]!);
    expect(branches).toMatchObject([
      { Type: 'Task', Arguments: { Payload: { task: 0 } }, Retry: [{ MaxAttempts: 6 }] },
      { Type: 'Task', Arguments: { Payload: { task: 1 } }, Retry: [{ MaxAttempts: 0 }, { MaxAttempts: 6 }, { MaxAttempts: 7 }] },
      { Type: 'Map', Items: [2, 3, 4, 5] },
    ]);
    expect(text.match(/"MaxAttempts":3\b/g)).toHaveLength(1);
  });

  it('has nobody wait for a removed task, and none blocked through it', () => {
    // a -> gone -> b
    const plan = { tasks: [task('a'), task('gone', ['a']), task('b', ['gone'])] };

    const { spec } = compileResidual(plan, { limit: 10, residual: { open: new Set([0, 2]), removed: new Set([1]) } });

    expect(spec.tasks.map(({ dependencies, dependents, removed }) => ({ dependencies, dependents, removed }))).toEqual([
      { dependencies: [], dependents: [], removed: undefined },
      { dependencies: [], dependents: [], removed: true },
      { dependencies: [], dependents: [], removed: undefined },
    ]);
  });

  it('keeps an open dependency in the record that only a completed task had implied', () => {
    // a -> b -> c and a -> c; b is done, a is to run again
    const plan = { tasks: [task('a'), task('b', ['a']), task('c', ['a', 'b'])] };

    const compilation = compileResidual(plan, { limit: 10, residual: { open: new Set([0, 2]) } });

    expect(compilation.spec.tasks[2]!.dependencies).toEqual([1, 0]);
    expect(structureOf(compilation).structure).toMatchObject({ kind: 'series', parts: [{ task: 0 }, { task: 2 }] });
  });
});

describe('the residual compile of 10,000 tasks', () => {
  it('has few tasks to lay out when most are done', () => {
    const plan = {
      tasks: range(0, 10_000).map((n) =>
        task(`work ${n}`, n < 100 ? [] : [`work ${n - 100}`, `work ${n - 100 + ((n * 7) % 90)}`].slice(0, n % 3)),
      ),
    };

    const { spec, report } = compileResidual(plan, { limit: 50, residual: { open: new Set(range(9_900, 10_000)) } });

    expect([spec.tasks.length, report.tasks]).toEqual([10_000, 100]);
  });
});

describe('what decides, of what is left', () => {
  const tasks = [
    { task_id: 'a' },
    { task_id: 'b' },
    { task_id: 'cleanup', dependencies: [{ task_id: 'a' }, { task_id: 'b' }], trigger_rule: 'all_done' },
    { task_id: 'alert', dependencies: [{ task_id: 'a' }, { task_id: 'b' }], trigger_rule: 'one_failed' },
    { task_id: 'behind', dependencies: [{ task_id: 'cleanup' }] },
  ];
  const gatesOf = (open: number[], decided: number[] = []) => {
    const residual = { open: new Set(open), decided: new Set(decided) };
    return compileResidual({ plan_id: 'p', tasks }, { limit: 10, residual }).spec.tasks.map(({ gate, rule, opens }) => ({
      waitsFor: gate?.dependencies,
      over: rule?.over,
      opens,
    }));
  };

  it('waits for open dependencies only, and is decided over all', () => {
    const [a, b, cleanup, alert] = gatesOf([1, 2, 3, 4]);

    expect(cleanup).toEqual({ waitsFor: [1], over: [0, 1], opens: [] });
    expect(alert).toEqual({ waitsFor: [1], over: [0, 1], opens: [] });
    expect([a!.opens, b!.opens]).toEqual([[], [2, 3]]);
  });

  it('has no gate where it is decided already, or all it asks for has ended', () => {
    const [, b, cleanup, alert] = gatesOf([1, 2, 3, 4], [3]);
    expect([alert!.waitsFor, alert!.over, b!.opens]).toEqual([undefined, [0, 1], [2]]);
    expect(cleanup!.waitsFor).toEqual([1]);

    expect(gatesOf([2, 4])[2]).toEqual({ waitsFor: undefined, over: [0, 1], opens: [] });
  });
});
