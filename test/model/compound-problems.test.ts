import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import { compound, on } from '../compound-tasks.ts';

const problemsOf = (input: object) => {
  const parsed = parsePlan(input, { makeId: () => 'made' });
  return parsed.ok ? [] : parsed.problems;
};
const problemsIn = (...tasks: readonly object[]) => problemsOf({ tasks });
const task = (task_id: string, fields: object = {}) => ({ task_id, ...fields });
const nested = (depth: number): object => (depth === 0 ? task('leaf') : compound(`c${depth}`, [nested(depth - 1)]));

describe('the problems of a plan with compounds', () => {
  it('name a compound without subtasks', () => {
    expect(problemsIn(compound('p', []), compound('q', [compound('r', [])]))).toMatchObject([
      { code: 'E5600', path: '$.tasks[0].subtasks', message: 'a compound needs subtasks, or a plan_ref', task_ids: ['p'] },
      { code: 'E5600', path: '$.tasks[1].subtasks[0].subtasks', task_ids: ['q/r'] },
    ]);
  });

  it('name subtasks of what is no compound', () => {
    expect(problemsIn({ task_id: 'p', subtasks: [task('x')] })).toMatchObject([
      { code: 'E5600', path: '$.tasks[0].subtasks', task_ids: ['p'], hint: 'write "task_type": "compound"' },
    ]);
  });

  it('name compounds that are nested too deep', () => {
    expect(problemsIn(nested(20))).toEqual([]);
    expect(problemsIn(nested(21))).toMatchObject([{ code: 'E5604', message: 'compounds are nested deeper than 20' }]);
  });

  it.each(['assigned_agent', 'tool_name', 'llm_prompt'])('name %s of a compound, which nobody carries out', (field) => {
    expect(problemsIn(compound('p', [task('x')], { [field]: 'someone' }))).toMatchObject([
      { code: 'E5600', path: `$.tasks[0].${field}`, task_ids: ['p'], hint: 'give it to them' },
    ]);
  });

  it('name an on_failure of a task', () => {
    expect(problemsIn(task('a', { on_failure: 'fail_fast' }))).toMatchObject([{ code: 'E5600', path: '$.tasks[0].on_failure' }]);
  });

  it('name a slash in the id of a subtask', () => {
    expect(problemsIn(compound('p', [task('x/y')]))).toMatchObject([
      { code: 'E5600', path: '$.tasks[0].subtasks[0].task_id', hint: 'write "x-y"' },
    ]);
  });

  it('name ids that clash behind those of their compounds', () => {
    expect(problemsIn(task('p/x'), compound('p', [task('x'), task('x'), task('(begin)')]))).toMatchObject([
      { code: 'E5601', path: '$.tasks[0].task_id', task_ids: ['p/x', 'p'] },
      { code: 'E5601', path: '$.tasks[1].subtasks[0].task_id', message: '"p/x" is the id of $.tasks[0] already' },
      { code: 'E5601', path: '$.tasks[1].subtasks[1].task_id', message: '"p/x" is the id of $.tasks[0] already' },
      { code: 'E5601', path: '$.tasks[1].subtasks[2].task_id', message: '"p/(begin)" is the id of what the compound begins with' },
    ]);
  });

  it('name a dependency on an unknown sibling, with what was probably meant', () => {
    expect(problemsIn(compound('p', [task('fetch'), task('read', on('fetsh'))]))).toEqual([
      {
        code: 'E5302',
        path: '$.tasks[0].subtasks[1].dependencies[0].task_id',
        message: '"fetsh" is no task of "p", nor of what is around it',
        task_ids: ['p/read', 'fetsh'],
        hint: 'did you mean "fetch"?',
      },
    ]);
  });

  it('do not let what is in a compound be called from outside as it is inside', () => {
    expect(problemsIn(compound('p', [task('x')]), task('b', on('x')))).toMatchObject([
      { code: 'E5302', path: '$.tasks[1].dependencies[0].task_id' },
    ]);
  });

  it('name a cycle through the border of a compound', () => {
    expect(problemsIn(compound('p', [task('x', on('b'))]), task('b', on('p')))).toMatchObject([
      {
        code: 'E5301',
        path: '$.tasks[0].dependencies',
        message: 'the tasks wait for each other, each for the next one: p -> p/x -> b -> p; p/x is in p',
      },
    ]);
  });

  it('name a subtask that waits for its own compound', () => {
    expect(problemsIn(compound('p', [task('x', on('p'))]))).toMatchObject([
      { code: 'E5301', message: 'the tasks wait for each other, each for the next one: p -> p/x -> p; p/x is in p' },
    ]);
  });

  it('name a compound that waits for what is in it', () => {
    expect(problemsIn(compound('p', [task('x')], on('p/x')))[0]).toMatchObject({
      code: 'E5301',
      path: '$.tasks[0].dependencies',
      message: 'the compound waits for "p/x", which is in it',
    });
  });

  it('name a reference to an output that a compound does not have', () => {
    const p = compound('p', [task('x')], { outputs: { key: 1 } });

    expect(problemsIn(p, task('b', { inputs: { a: '{{p.kex}}', b: '{{p.key}}' } }))).toEqual([
      {
        code: 'E5402',
        path: '$.tasks[1].inputs.a',
        message: 'the compound "p" has neither an output nor a subtask "kex"',
        task_ids: ['b'],
        hint: 'say in its outputs what it puts out: {"kex": "{{subtask.key}}"}',
      },
    ]);
  });

  it('name references in its outputs that lead nowhere', () => {
    expect(problemsIn(compound('p', [task('fetch')], { outputs: { key: '{{fetsh.key}}' } }))).toMatchObject([
      { code: 'E5402', path: '$.tasks[0].outputs.key', task_ids: ['p'], hint: 'did you mean "fetch"?' },
    ]);
  });

  it('name outputs that are no object', () => {
    expect(problemsIn(compound('p', [task('x')], { outputs: ['{{x.key}}'] }))).toMatchObject([
      { code: 'E5600', path: '$.tasks[0].outputs' },
    ]);
  });

  it('name what is wrong with a single task where it stands', () => {
    expect(
      problemsIn(compound('p', [compound('q', [task('x', { timeout_second: 5, task_type: 'tool_call', pool: 'gpu' })])])),
    ).toMatchObject([
      { code: 'E5606', path: '$.tasks[0].subtasks[0].subtasks[0].tool_name', task_ids: ['p/q/x'] },
      { code: 'E5602', path: '$.tasks[0].subtasks[0].subtasks[0].timeout_second', hint: 'did you mean "timeout_seconds"?' },
      { code: 'E5502', path: '$.tasks[0].subtasks[0].subtasks[0].pool', task_ids: ['p/q/x'] },
    ]);
  });

  it('name estimates beyond the budget, those that subtasks have of their compound included', () => {
    const p = compound('p', [task('x'), task('y', { resources: { token_count: 1 } })], { resources: { token_count: 10 } });

    expect(problemsOf({ tasks: [p], resource_budget: { max_token_count: 11 } })).toEqual([]);
    expect(problemsOf({ tasks: [p], resource_budget: { max_token_count: 10 } })).toMatchObject([{ code: 'E5501' }]);
  });

  it('name too many tasks, those in compounds included', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => task(`x${i}`));

    expect(problemsIn(compound('p', many), compound('q', many))).toMatchObject([
      { code: 'E5604', path: '$.tasks', message: 'a plan has at most 100000 tasks, not 100002 with those in compounds' },
    ]);
  });
});

describe('a dependency_graph', () => {
  const tasks = [task('a'), compound('p', [task('x'), task('y', on('x'))], on('a'))];

  it.each([[{ p: ['a'] }], [{ p: ['a'], 'p/y': ['p/x'] }], [{ a: [], p: ['a'], 'p/x': [], 'p/y': ['x'] }]])(
    'may say how compounds and what is in them depend on others: %j',
    (dependency_graph) => {
      expect(problemsOf({ tasks, dependency_graph })).toEqual([]);
    },
  );

  it.each([
    [{ 'p/y': ['p/x'] }, '$.dependency_graph', 'lacks "p", which has dependencies'],
    [{ p: ['a'], 'p/y': ['a'] }, '$.dependency_graph["p/y"]', 'lacks p/x, on which the task depends'],
  ])('must agree with them: %j', (dependency_graph, path, message) => {
    expect(problemsOf({ tasks, dependency_graph })[0]).toMatchObject({ code: 'E5304', path, message });
  });
});
