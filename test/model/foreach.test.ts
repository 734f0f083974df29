import { describe, expect, it } from 'vitest';
import { MAX_ITEMS } from '../../lib/model/item-list.ts';
import { parsePlan } from '../../lib/model/parse-plan.ts';

type Fields = Record<string, unknown>;

const problemsOf = (...tasks: Fields[]) => {
  const parsed = parsePlan({ tasks }, { makeId: () => 'p' });
  return parsed.ok ? [] : parsed.problems;
};
const briefly = (...tasks: Fields[]): string[] => problemsOf(...tasks).map(({ code, path, message }) => `${code} ${path}: ${message}`);
const on = (...ids: string[]) => ({ dependencies: ids.map((task_id) => ({ task_id })) });
const compound = (task_id: string, subtasks: Fields[], fields: Fields = {}): Fields => ({
  task_id,
  task_type: 'compound',
  subtasks,
  ...fields,
});

describe('what a foreach may be over', () => {
  it.each([
    [7, 'a foreach needs a list, not a number'],
    [{ a: 1 }, 'a foreach needs a list, not an object'],
    [true, 'a foreach needs a list, not a boolean'],
    ['abc', 'a foreach needs a list, not a string'],
    ['the {{a.items}}', 'a foreach needs a list, not a string'],
  ])('is no %j', (foreach, message) => {
    expect(briefly({ task_id: 'a' }, { task_id: 'each', foreach })).toEqual([`E5402 $.tasks[1].foreach: ${message}`]);
  });

  it('is a list, also with bindings in it, or a binding', () => {
    expect(
      briefly({ task_id: 'a' }, { task_id: 'each', foreach: ['{{a.x}}', 2] }, { task_id: 'more', foreach: '{{context.list}}' }),
    ).toEqual([]);
  });

  it('has its limits', () => {
    const foreach = Array.from({ length: MAX_ITEMS + 1 }, () => 0);
    expect(briefly({ task_id: 'each', foreach })).toEqual([`E5604 $.tasks[0].foreach: a foreach has at most 20000 items, not 20001`]);
  });

  it.each([
    ['{{context.x}}', 'E5402 $.tasks[0].foreach: a foreach needs a list, not a number: {{context.x}}'],
    ['{{ context.in["a b"][0] }}', 'E5402 $.tasks[0].foreach: a foreach needs a list, not null: {{context.in["a b"][0]}}'],
    ['{{context}}', 'E5402 $.tasks[0].foreach: a foreach needs a list, not an object: {{context}}'],
    ['{{context.long}}', 'E5604 $.tasks[0].foreach: a foreach has at most 20000 items, not 20001: {{context.long}}'],
  ])('is no %s where the context is known and has something else, wherever it stands', (foreach, problem) => {
    const context = { x: 7, in: { 'a b': [null] }, long: Array.from({ length: MAX_ITEMS + 1 }, () => 0) };
    const problems = (tasks: Fields[]) => {
      const parsed = parsePlan({ tasks }, { makeId: () => 'p', context });
      return parsed.ok ? [] : parsed.problems.map(({ code, path, message }) => `${code} ${path}: ${message}`);
    };

    expect(problems([{ task_id: 'each', foreach }])).toEqual([problem]);
    const within = compound('all', [compound('each', [{ task_id: 'a' }], { foreach })], { foreach: [1] });
    expect(problems([within, { task_id: 'b', other: 1 }])).toEqual([
      problem.replace('tasks[0]', 'tasks[0].subtasks[0]'),
      'E5602 $.tasks[1].other: unknown field "other"',
    ]);
    expect(briefly({ task_id: 'each', foreach })).toEqual([]);
  });

  it('may be something of the context that is a list, or is not there: that is found where it is read', () => {
    const task = (foreach: string): Fields => ({ task_id: 'each', foreach });
    const isValid = (foreach: string): boolean =>
      parsePlan({ tasks: [task(foreach)] }, { makeId: () => 'p', context: { list: [], in: { x: 'a' } } }).ok;

    expect(['{{context.list}}', '{{context.other}}', '{{context.in.x.y}}'].map(isValid)).toEqual([true, true, true]);
  });

  it('reads no task that there is not, and not itself', () => {
    expect(briefly({ task_id: 'each', foreach: '{{nothing.x}}' })).toEqual([
      'E5402 $.tasks[0].foreach: "nothing" is neither a task id nor the name of a task',
    ]);
    expect(problemsOf({ task_id: 'each', foreach: '{{each.results}}' }).map(({ code }) => code)).toEqual(['E5301']);
  });
});

describe('what a foreach says', () => {
  it.each([
    ['max_concurrency', 3],
    ['tolerated_failures', 1],
  ])('no other task does: %s', (field, value) => {
    expect(briefly({ task_id: 'a', [field]: value })).toEqual([`E5600 $.tasks[0].${field}: only a foreach has ${field}`]);
  });

  it.each([
    ['max_concurrency', 0],
    ['max_concurrency', 1.5],
    ['tolerated_failures', -1],
    ['tolerated_failures', '10'],
    ['tolerated_failures', '101%'],
  ])('is checked: %s %j', (field, value) => {
    const problems = problemsOf({ task_id: 'a', foreach: [], [field]: value });
    expect(problems.map(({ code, path, task_ids }) => [code, path, task_ids])).toEqual([['E5600', `$.tasks[0].${field}`, ['a']]]);
  });

  it('is where it was written, for each item too', () => {
    const each = {
      task_id: 'each',
      foreach: [1],
      task_type: 'tool_call',
      inputs: { x: '{{nothing}}' },
      retry_policy: { max_retries: -1 },
      foo: 1,
    };
    expect(problemsOf(each).map(({ code, path, task_ids }) => [code, path, task_ids])).toEqual([
      ['E5606', '$.tasks[0].tool_name', ['each']],
      ['E5704', '$.tasks[0].retry_policy.max_retries', ['each']],
      ['E5602', '$.tasks[0].foo', ['each']],
      ['E5402', '$.tasks[0].inputs.x', ['each']],
    ]);
  });
});

describe('the border of a foreach', () => {
  const each = compound('each', [{ task_id: 'x' }, { task_id: 'y', ...on('x') }], { foreach: [1, 2] });

  it.each(['each/*', 'each/0', 'each/x', 'each/*/x'])('keeps others from depending on one of its tasks: %s', (id) => {
    expect(problemsOf(each, { task_id: 'after', ...on(id) }).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'E5302 $.tasks[1].dependencies[0].task_id',
    ]);
  });

  it('keeps others from binding one of its tasks', () => {
    expect(briefly(each, { task_id: 'after', inputs: { x: '{{each.x.response}}' } })).toEqual([
      'E5402 $.tasks[1].inputs.x: the foreach "each" has neither an output nor a subtask "x"',
    ]);
    expect(problemsOf(each, { task_id: 'after', inputs: { x: '{{each/*/x.response}}' } })).toMatchObject([
      {
        code: 'E5402',
        path: '$.tasks[1].inputs',
        hint: 'what is outside waits for all of "each", and reads its results: "{{each.results[0]}}"',
      },
    ]);
  });

  it('keeps its tasks from depending on others: it does', () => {
    const inside = compound('each', [{ task_id: 'x', ...on('a') }], { foreach: [1] });
    expect(problemsOf({ task_id: 'a' }, inside)).toMatchObject([
      {
        code: 'E5302',
        path: '$.tasks[1].subtasks[0].dependencies[0].task_id',
        message: '"a" is not in the foreach "each", which waits for all that its items need',
        hint: 'say it in the dependencies of the foreach',
      },
    ]);
  });

  it('finds a cycle through it', () => {
    const back = compound('each', [{ task_id: 'x', inputs: { late: '{{after.response}}' } }], { foreach: [1] });
    expect(problemsOf(back, { task_id: 'after', ...on('each') }).map(({ code }) => code)).toEqual(['E5301']);
  });

  it('has what its items bind outside wait before it begins', () => {
    const parsed = parsePlan(
      {
        tasks: [
          { task_id: 'a' },
          compound('each', [{ task_id: 'x', inputs: { of: '{{a.response}}', item: '{{item}}' } }], { foreach: [1] }),
        ],
      },
      { makeId: () => 'p' },
    );
    if (!parsed.ok) throw new Error('not valid');
    const begin = parsed.plan.tasks.find(({ task_id }) => task_id === 'each/(begin)');
    expect(begin?.dependencies.map(({ task_id }) => task_id)).toEqual(['a']);
  });

  it('has item and index inside only', () => {
    expect(briefly({ task_id: 'a', inputs: { x: '{{item}}' } })).toEqual([
      'E5402 $.tasks[0].inputs.x: "item" is neither a task id nor the name of a task',
    ]);
    expect(briefly({ task_id: 'item' }, { task_id: 'a', inputs: { x: '{{item.response}}' } })).toEqual([]);
  });

  it('does not know how its list is made', () => {
    expect(briefly({ task_id: 'each', foreach: ['{{item}}'] })).toEqual([
      'E5402 $.tasks[0].foreach[0]: "item" is neither a task id nor the name of a task',
    ]);
  });
});
