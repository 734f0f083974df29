import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import type { Task } from '../../lib/model/plan.ts';
import { compound, on } from '../compound-tasks.ts';

const parse = (tasks: readonly object[]) => {
  const parsed = parsePlan({ tasks }, { makeId: () => 'made' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed;
};
const flat = (...tasks: readonly object[]): readonly Task[] => parse(tasks).plan.tasks;
/** Who waits for whom, as `task: its dependencies`. */
const order = (...tasks: readonly object[]) =>
  flat(...tasks).map(({ task_id, dependencies, guard }) => {
    const ids = dependencies.map((dependency) => dependency.task_id).join(' ');
    return `${task_id}: ${ids}${guard === undefined ? '' : ` | ${guard}`}`.trim();
  });
const task = (task_id: string, fields: object = {}) => ({ task_id, ...fields });

describe('the tasks of a compound', () => {
  //      ┌ p/x ┐
  //  a ──┤     ├ p/z ── p ── b
  //      └ p/y ┘
  it('wait for what it waits for, and who waits for it waits for them all', () => {
    const p = compound('p', [task('x'), task('y'), task('z', on('x', 'y'))], on('a'));

    expect(order(task('a'), p, task('b', on('p')))).toEqual(['a:', 'p: p/x p/y p/z', 'p/x: a', 'p/y: a', 'p/z: p/x p/y', 'b: p']);
  });

  it('wait across its border, in both directions, for nothing else', () => {
    const p = compound('p', [task('x', on('a')), task('y')]);

    expect(order(task('a'), p, task('b', on('p/y')))).toEqual(['a:', 'p: p/x p/y', 'p/x: a', 'p/y:', 'b: p/y']);
  });

  it('are called by what is nearest: siblings, then the scopes around, then the plan', () => {
    const q = compound('q', [task('x'), task('y', on('x', 'z', 'a'))]);
    const p = compound('p', [task('x'), task('z'), q]);

    expect(order(task('x'), task('a'), p)).toEqual([
      'x:',
      'a:',
      'p: p/x p/z p/q',
      'p/x:',
      'p/z:',
      'p/q: p/q/x p/q/y',
      'p/q/x:',
      'p/q/y: p/q/x p/z a',
    ]);
  });

  it('wait for what compounds around theirs wait for', () => {
    const p = compound('p', [compound('q', [task('x')]), compound('r', [task('y')], on('q'))], on('a'));

    expect(order(task('a'), p)).toEqual(['a:', 'p: p/q p/r', 'p/q: p/q/x', 'p/q/x: a', 'p/r: p/r/y', 'p/r/y: p/q']);
  });

  it('wait for what its inputs bind', () => {
    expect(order(task('a'), compound('p', [task('x')], { inputs: { key: '{{a.response}}' } }))).toEqual(['a:', 'p: p/x', 'p/x: a']);
  });
});

describe('the begin of a compound', () => {
  it.each([
    ['a timeout', { timeout_seconds: 5, ...on('a') }],
    ['a condition', { dependencies: [{ task_id: 'a', dependency_type: 'conditional', condition: 'true' }] }],
    ['a trigger rule', { trigger_rule: 'all_done', ...on('a') }],
  ])('carries %s', (_, fields) => {
    const tasks = flat(task('a'), compound('p', [task('x'), task('y', on('x'))], { name: 'P', ...fields }));

    expect(tasks.map(({ task_id }) => task_id)).toEqual(['a', 'p', 'p/x', 'p/y', 'p/(begin)']);
    expect(tasks[2]!.dependencies).toMatchObject([{ task_id: 'p/(begin)' }]);
    expect(tasks[4]).toMatchObject({ name: 'P (begin)', task_type: 'compound', within: 'p', dependencies: [{ task_id: 'a' }] });
    expect(tasks[1]!.compound).toEqual({
      begin: 'p/(begin)',
      timeout_seconds: 'timeout_seconds' in fields ? 5 : null,
      on_failure: 'continue',
    });
  });

  it('is what a task with a trigger rule does not run without', () => {
    const p = compound('p', [task('x'), task('y', { trigger_rule: 'all_done', ...on('x') })], on('a'));

    expect(order(task('a'), p)).toEqual(['a:', 'p: p/x p/y | p/(begin)', 'p/x: p/(begin)', 'p/y: p/x | p/(begin)', 'p/(begin): a']);
  });

  it('is what compounds in it wait for, that have none', () => {
    const p = compound('p', [compound('q', [compound('r', [task('x')]), task('y')])], { timeout_seconds: 5, ...on('a') });

    expect(order(task('a'), p)).toEqual([
      'a:',
      'p: p/q',
      'p/q: p/q/r p/q/y',
      'p/q/r: p/q/r/x',
      'p/q/r/x: p/(begin)',
      'p/q/y: p/(begin)',
      'p/(begin): a',
    ]);
  });

  it('is not there where a compound waits for nothing', () => {
    const p = compound('p', [task('x'), task('y', { trigger_rule: 'all_done', ...on('x') })]);

    expect(order(p)).toEqual(['p: p/x p/y', 'p/x:', 'p/y: p/x']);
  });
});

describe('the end of a compound', () => {
  it('has the templates of its outputs, which read its subtasks', () => {
    const { plan, bindings } = parse([
      compound('p', [task('x', { name: 'a name' })], { outputs: { a: '{{x.response}}', b: '{{a name.n}}' } }),
    ]);

    expect(plan.tasks[0]).toMatchObject({ task_type: 'compound', inputs: { a: '{{x.response}}', b: '{{a name.n}}' } });
    expect(bindings[0]).toEqual([
      { text: 'x.response', source: 1, path: ['response'] },
      { text: 'a name.n', source: 1, path: ['n'] },
    ]);
  });

  it.each([
    [compound('p', [task('x')]), 'all_success'],
    [compound('p', [task('x', on('a'))]), 'subtasks'],
    [compound('p', [task('x', on('a'))], on('a')), 'all_success'],
    [compound('p', [task('x')], { outputs: { key: '{{a.key}}' } }), 'subtasks'],
    [compound('p', [task('x'), task('y', { trigger_rule: 'one_failed', ...on('x') })]), 'subtasks'],
  ])('decides where its subtasks may end in different ways: %j', (p, rule) => {
    expect(flat(task('a'), p)[1]!.trigger_rule).toBe(rule);
  });

  it('is not all that a task waits for which waits until all is done', () => {
    const p = compound('p', [task('x'), compound('q', [task('y')])]);

    expect(order(p, task('clean', { trigger_rule: 'all_done', ...on('p') })).at(-1)).toBe('clean: p p/x p/q p/q/y');
  });

  it('is all that such a task waits for of what is in it for the items of a list: a foreach does not end before them', () => {
    const each = compound('each', [task('x'), task('y', { ...on('x'), trigger_rule: 'all_done' })], { foreach: [1] });
    const p = compound('p', [each, task('z')]);
    const late = task('late', { ...on('p'), trigger_rule: 'all_done' });

    expect(order(p, late).find((line) => line.startsWith('late'))).toBe('late: p p/each p/z');
  });
});

describe('what a compound says', () => {
  it('holds for its subtasks where they do not say otherwise', () => {
    const p = compound('p', [task('x'), task('y', { priority: 0, pool: 'b', resources: {} })], {
      priority: 7,
      pool: 'a',
      resources: { memory_mb: 100 },
    });
    const parsed = parsePlan({ tasks: [p], pools: { a: 1, b: 1 } }, { makeId: () => 'made' });

    expect(parsed).toMatchObject({
      plan: {
        tasks: [
          { task_id: 'p', priority: 7, pool: null, resources: null },
          { task_id: 'p/x', priority: 7, pool: 'a', resources: { memory_mb: 100 } },
          { task_id: 'p/y', priority: 0, pool: 'b', resources: { memory_mb: null } },
        ],
      },
    });
  });

  it('lets unfinished subtasks be tried again as often as it is', () => {
    const retry = (max_retries: number) => ({ retry_policy: { max_retries } });
    const q = compound('q', [task('y', retry(0))], retry(1));

    const tasks = flat(compound('p', [task('x', retry(3)), q, compound('r', [task('z', retry(3))])], retry(2)));

    const retries = Object.fromEntries(tasks.map(({ task_id, retry_policy }) => [task_id, retry_policy.max_retries]));
    expect(retries).toEqual({ p: 0, 'p/x': 11, 'p/q': 0, 'p/q/y': 5, 'p/r': 0, 'p/r/z': 11 });
  });

  it('bounds how long its subtasks may take', () => {
    const q = compound('q', [task('y')], { timeout_seconds: 50 });

    const tasks = flat(compound('p', [task('x', { timeout_seconds: 5 }), q], { timeout_seconds: 20 }));

    expect(tasks.map(({ task_id, timeout_seconds }) => [task_id, timeout_seconds])).toEqual([
      ['p', 60],
      ['p/x', 5],
      ['p/q', 60],
      ['p/q/y', 20],
      ['p/(begin)', 60],
      ['p/q/(begin)', 60],
    ]);
  });
});

describe('the inputs of a compound', () => {
  it('are those of its subtasks that do not set them, and mean what they mean where they are written', () => {
    const p = compound('p', [task('a'), task('x', { inputs: { own: '{{a.key}}', kept: 1 } })], {
      inputs: { handed: 'from {{a.key}}', kept: 2 },
    });
    const { plan, bindings } = parse([task('a'), p]);

    expect(plan.tasks[3]!.inputs).toEqual({ handed: 'from {{/a.key}}', own: '{{a.key}}', kept: 1 });
    expect(bindings[3]).toEqual([
      { text: 'a.key', source: 2, path: ['key'] },
      { text: '/a.key', source: 0, path: ['key'], inherited: true },
    ]);
  });

  it('include what its data dependencies set', () => {
    const p = compound('p', [compound('q', [task('x')])], {
      dependencies: [{ task_id: 'a', dependency_type: 'data', output_key: 'rows' }],
    });
    const { plan, bindings } = parse([task('a'), p]);

    expect(plan.tasks[3]!.inputs).toEqual({ rows: '{{a.rows}}' });
    expect(bindings[3]).toEqual([{ text: 'a.rows', source: 0, path: ['rows'], inherited: true }]);
  });
});

describe('a reference into a compound', () => {
  const p = compound('p', [compound('q', [task('x')]), task('y')], { outputs: { y: 1 } });

  it.each([
    ['p/q/x.key', 'p/q/x', ['key']],
    ['p.q.x.key', 'p/q/x', ['key']],
    ['p.q.x', 'p/q/x', []],
    ['p.y', 'p', ['y']],
    ['p/y.key', 'p/y', ['key']],
    ['p', 'p', []],
  ])('%s reads the outputs of %s', (text, id, path) => {
    const { plan, bindings } = parse([p, task('b', { inputs: { key: `{{${text}}}` } })]);

    expect(bindings.at(-1)).toEqual([{ text, source: plan.tasks.findIndex(({ task_id }) => task_id === id), path }]);
  });
});
