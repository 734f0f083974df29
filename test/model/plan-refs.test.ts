import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import { pinPlans } from '../../lib/planning/pin-plans.ts';

const task = (task_id: string, more: object = {}): object => ({ task_id, ...more });
const sub = (task_id: string, plan_ref: string, more: object = {}): object => task(task_id, { task_type: 'compound', plan_ref, ...more });

type Stored = Readonly<Record<string, readonly object[]>>;

async function parse(tasks: readonly object[], stored: Stored, more: object = {}, sharedPools: readonly string[] = []) {
  const plan = { tasks, ...more };
  const options = { sharedPools: new Set(sharedPools) };
  const load = async (name: string) =>
    Object.hasOwn(stored, name) ? { plan: JSON.parse(JSON.stringify({ tasks: stored[name] })) } : undefined;
  const pinned = await pinPlans(plan, { ...options, load });
  return { pinned, parsed: parsePlan(plan, { ...options, makeId: () => 'id', namedPlans: pinned.named }) };
}

/** `code path` of each. */
async function problemsOf(
  tasks: readonly object[],
  stored: Stored,
  more: object = {},
  sharedPools: readonly string[] = [],
): Promise<string[]> {
  const { parsed } = await parse(tasks, stored, more, sharedPools);
  return parsed.ok ? [] : parsed.problems.map(({ code, path }) => `${code} ${path}`);
}

async function messageOf(tasks: readonly object[], stored: Stored): Promise<string | undefined> {
  const { parsed } = await parse(tasks, stored);
  return parsed.ok ? undefined : parsed.problems[0]!.message;
}

async function hashOf(stored: Stored): Promise<string> {
  const { parsed } = await parse([sub('s', 'p')], stored);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan.tasks[0]!.sub_plan!.plan_hash;
}

const P: Stored = { p: [task('a'), task('b', { name: 'second' })] };
const report: Stored = { p: [task('r', { task_type: 'compound', subtasks: [task('x')], outputs: { y: '{{x.z}}' } }), task('b')] };

describe('problems of a task with a plan_ref', () => {
  it.each<[what: string, tasks: readonly object[], problems: string[]]>([
    ['a plan that is there', [sub('s', 'p')], []],
    ['in a compound', [task('c', { task_type: 'compound', subtasks: [sub('s', 'p')] })], []],
    ['twice', [sub('s', 'p'), sub('t', 'p')], []],
    ['no such plan', [sub('s', 'q')], ['E5302 $.tasks[0].plan_ref']],
    ['none of two', [sub('s', 'q'), sub('t', 'r')], ['E5302 $.tasks[0].plan_ref', 'E5302 $.tasks[1].plan_ref']],
    ['no name', [sub('s', '../x')], ['E5600 $.tasks[0].plan_ref', 'E5302 $.tasks[0].plan_ref']],
    ['subtasks as well', [sub('s', 'p', { subtasks: [task('x')] })], ['E5600 $.tasks[0].subtasks']],
    ['no compound', [task('s', { plan_ref: 'p' })], ['E5600 $.tasks[0].plan_ref']],
    [
      "what is the plan's to say",
      [sub('s', 'p', { on_failure: 'fail_fast', resources: { memory_mb: 1 } })],
      ['E5600 $.tasks[0].on_failure', 'E5600 $.tasks[0].resources'],
    ],
    ['who carries it out', [sub('s', 'p', { assigned_agent: 'x' })], ['E5600 $.tasks[0].assigned_agent']],
    ['an unknown pool', [sub('s', 'p', { pool: 'x' })], ['E5502 $.tasks[0].pool']],
    ['outputs of its tasks', [sub('s', 'p', { outputs: { x: '{{a.y}} {{second.z[0]}} {{context.i}}' } })], []],
    ['outputs of none of its tasks', [sub('s', 'p', { outputs: { x: ['{{c.y}}'] } }), task('c')], ['E5402 $.tasks[0].outputs.x[0]']],
    ['outputs that are none', [sub('s', 'p', { outputs: 1 })], ['E5600 $.tasks[0].outputs']],
    ['what it puts out', [sub('s', 'p', { outputs: { x: '{{a.y}}' } }), task('t', { inputs: { i: '{{s.x}}' } })], []],
    [
      'what it does not put out',
      [sub('s', 'p', { outputs: { x: 1 } }), task('t', { inputs: { i: '{{s.a.y}}' } })],
      ['E5402 $.tasks[1].inputs.i'],
    ],
    [
      'a task of the plan that it names',
      [sub('s', 'p'), task('t', { dependencies: [{ task_id: 's/a' }] })],
      ['E5302 $.tasks[1].dependencies[0].task_id'],
    ],
    ['itself by a binding', [sub('s', 'p', { inputs: { i: '{{s.x}}' }, outputs: { x: 1 } })], ['E5301 $.tasks[0].dependencies']],
  ])('%s', async (_, tasks, problems) => {
    expect(await problemsOf(tasks, P)).toEqual(problems);
  });

  it('are found in outputs as the plan has its compounds', async () => {
    const outputs = (x: string) => [sub('s', 'p', { outputs: { x } })];

    expect(await problemsOf(outputs('{{r.y}} {{r.x.z}} {{r/x.z}}'), report)).toEqual([]);
    expect(await problemsOf(outputs('{{r.q}}'), report)).toEqual(['E5402 $.tasks[0].outputs.x']);
    expect(await problemsOf(outputs('{{x.z}}'), report)).toEqual(['E5402 $.tasks[0].outputs.x']);
    expect(await problemsOf(outputs('{{r/(begin).z}}'), report)).toEqual(['E5402 $.tasks[0].outputs.x']);
  });

  it('are a place in a shared pool, which its own tasks may wait for', async () => {
    expect(await problemsOf([sub('s', 'p', { pool: 'gpu' })], P, {}, ['gpu'])).toEqual(['E5600 $.tasks[0].pool']);
    expect(await problemsOf([sub('s', 'p', { pool: 'gpu' })], P, { pools: { gpu: 1 } }, ['gpu'])).toEqual([]);
  });
});

describe('stored plans that name each other', () => {
  it('may be 20 deep, and no deeper', async () => {
    const chain = (length: number): Stored =>
      Object.fromEntries(Array.from({ length }, (_, n) => [`p${n}`, n + 1 === length ? [task('a')] : [sub('s', `p${n + 1}`)]]));

    expect(await problemsOf([sub('s', 'p0')], chain(20))).toEqual([]);
    expect(await problemsOf([sub('s', 'p0')], chain(21))).toEqual(['E5604 $.tasks[0].plan_ref']);
    expect(await problemsOf([sub('s', 'p0')], chain(2_000))).toEqual(['E5604 $.tasks[0].plan_ref']);
  });

  it('are no cycle', async () => {
    const cycle = { a: [sub('s', 'b')], b: [task('x'), sub('t', 'c')], c: [sub('u', 'a')] };

    expect(await messageOf([sub('s', 'a')], cycle)).toBe('stored plans name each other: a -> b -> c -> a');
    expect(await problemsOf([sub('s', 'b')], cycle)).toEqual(['E5301 $.tasks[0].plan_ref']);
    expect(await problemsOf([sub('s', 'd')], { d: [sub('s', 'd')] })).toEqual(['E5301 $.tasks[0].plan_ref']);
    expect(await problemsOf([sub('s', 'e')], { ...cycle, e: [sub('s', 'a')] })).toEqual(['E5301 $.tasks[0].plan_ref']);
  });

  it('come to so many runs at the most', async () => {
    const ten = (name: string): object[] => Array.from({ length: 10 }, (_, n) => sub(`s${n}`, name));
    const stored = { a: [task('x')], b: ten('a'), c: ten('b'), d: ten('c'), e: ten('d') };

    expect(await problemsOf([sub('s', 'd')], stored)).toEqual([]);
    expect(await problemsOf(ten('d'), stored)).toEqual(['E5604 $.tasks']);
    expect(await problemsOf([sub('s', 'e')], stored)).toEqual(['E5604 $.tasks[0].plan_ref']);
  });

  it('say what is wrong in one that another names', async () => {
    const message = await messageOf([sub('s', 'a')], { a: [sub('s', 'b')], b: [sub('t', 'gone')] });

    expect(message).toContain('the stored plan "b" is not valid');
    expect(message).toContain('there is no stored plan "gone"');
  });
});

describe('the hash of a stored plan', () => {
  it('is of all that it names, and of nothing else', async () => {
    const stored = { p: [sub('s', 'q')], q: [task('a')] };

    expect(await hashOf({ ...stored, other: [task('x')] })).toBe(await hashOf(stored));
    expect(await hashOf({ ...stored, q: [task('a', { inputs: { x: 1 } })] })).not.toBe(await hashOf(stored));
    expect(await hashOf({ ...stored, p: [sub('s', 'q', { inputs: { x: 1 } })] })).not.toBe(await hashOf(stored));
  });
});
