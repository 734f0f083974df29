import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';

const parse = (input: unknown) => parsePlan(input, { makeId: () => 'made' });
const problemsOf = (input: unknown) => {
  const parsed = parse(input);
  return parsed.ok ? [] : parsed.problems;
};
const behind = (dependency: object, task: object = {}) => ({
  tasks: [{ task_id: 'a' }, { task_id: 'b', dependencies: [{ task_id: 'a', ...dependency }], ...task }],
});
const conditional = (condition: unknown) => behind({ dependency_type: 'conditional', condition });
const AT = '$.tasks[1].dependencies[0].condition';

describe('a plan that decides', () => {
  it('keeps its trigger rules, its conditions and what it does on a failure', () => {
    const plan = behind({ dependency_type: 'conditional', condition: 'outputs.count > 0' }, { trigger_rule: 'none_failed' });

    expect(parse({ ...plan, on_failure: 'fail_fast' })).toMatchObject({
      ok: true,
      plan: {
        on_failure: 'fail_fast',
        tasks: [{ trigger_rule: 'all_success' }, { trigger_rule: 'none_failed', dependencies: [{ condition: 'outputs.count > 0' }] }],
      },
    });
  });

  it('takes a trigger rule of a task that waits only for what it binds', () => {
    const plan = { tasks: [{ task_id: 'a' }, { task_id: 'b', trigger_rule: 'all_done', inputs: { x: '{{a.x}}' } }] };

    expect(problemsOf(plan)).toEqual([]);
  });

  it('takes a condition as long as it may be', () => {
    expect(problemsOf(conditional(`true${' '.repeat(4092)}`))).toEqual([]);
    expect(problemsOf(conditional(`true${' '.repeat(4093)}`))).toMatchObject([{ code: 'E5604', path: AT, task_ids: ['b'] }]);
  });
});

describe('the problems of a plan that decides', () => {
  it('name an unknown trigger rule, with what was probably meant', () => {
    expect(problemsOf(behind({}, { trigger_rule: 'all_succes' }))).toMatchObject([
      { code: 'E5600', path: '$.tasks[1].trigger_rule', task_ids: ['b'], hint: 'did you mean "all_success"?' },
    ]);
  });

  it('name an unknown on_failure, with what was probably meant', () => {
    const [problem] = problemsOf({ tasks: [{ task_id: 'a' }], on_failure: 'failfast' });

    expect(problem).toMatchObject({ code: 'E5600', path: '$.on_failure', hint: 'did you mean "fail_fast"?' });
  });

  it('name a trigger rule of a task without dependencies', () => {
    expect(problemsOf({ tasks: [{ task_id: 'a', trigger_rule: 'one_failed' }] })).toEqual([
      {
        code: 'E5600',
        path: '$.tasks[0].trigger_rule',
        task_ids: ['a'],
        message: 'one_failed asks how dependencies ended, and the task has none',
        hint: 'leave it out, or say in dependencies what the task waits for',
      },
    ]);
  });

  it.each(['blocking', 'data', null])('name a condition of a dependency of the type %j', (dependency_type) => {
    expect(problemsOf(behind({ dependency_type, condition: 'true' }))).toMatchObject([
      { code: 'E5600', path: AT, task_ids: ['b'], hint: 'write "dependency_type": "conditional"' },
    ]);
  });

  it.each([undefined, null, '', '  '])('name a conditional dependency with the condition %j', (condition) => {
    expect(problemsOf(conditional(condition))).toMatchObject([
      { code: 'E5600', path: AT, hint: 'write JSONata over {outputs, context}, such as "outputs.count > 0"' },
    ]);
  });

  it.each([
    ['outputs.count >', 'the condition is not JSONata at character 15: Unexpected end of expression'],
    ['outputs.a b', 'the condition is not JSONata at character 11: Syntax error: "b"'],
    ['/x', 'the condition is not JSONata at character 2: No terminating / in regular expression'],
  ])('say where the condition %j is no JSONata', (condition, message) => {
    expect(problemsOf(conditional(condition))).toEqual([{ code: 'E5402', path: AT, task_ids: ['b'], message }]);
  });

  it('name a condition that is nested too deeply to be read', () => {
    const parenthesised = `${'('.repeat(2047)}1${')'.repeat(2047)}`;

    expect(problemsOf(conditional(parenthesised))).toMatchObject([{ code: 'E5402', path: AT }]);
  });

  it('name a condition that is not a text', () => {
    expect(problemsOf(conditional(7))).toMatchObject([{ code: 'E5600', path: AT }]);
  });

  it('are reported all at once', () => {
    const plan = {
      on_failure: 'stop',
      tasks: [
        { task_id: 'a', trigger_rule: 'all_done' },
        { task_id: 'b', trigger_rule: 'never', dependencies: [{ task_id: 'a', condition: '(' }] },
        { task_id: 'c', dependencies: [{ task_id: 'a', dependency_type: 'conditional', condition: '(' }, { task_id: 'z' }] },
      ],
    };

    expect(problemsOf(plan).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'E5600 $.on_failure',
      'E5600 $.tasks[0].trigger_rule',
      'E5600 $.tasks[1].trigger_rule',
      'E5600 $.tasks[1].dependencies[0].condition',
      'E5402 $.tasks[2].dependencies[0].condition',
      'E5302 $.tasks[2].dependencies[1].task_id',
    ]);
  });
});
