import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import type { PlanningError } from '../lib/model/errors.ts';
import { TaskOrchestrator } from '../lib/orchestrator.ts';
import type { AgentInput } from '../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { compound, on } from './compound-tasks.ts';
import { asForeach, byHand, randomForeachPlan } from './random-foreach-plans.ts';
import { startWorld } from './run-control/compound-world.ts';
import { SIMULATION_START, simulate } from './simulate.ts';

type Fields = Record<string, unknown>;

const task = (task_id: string, fields: Fields = {}, mock: Fields = {}): Fields => ({
  task_id,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec: 1, fail_times: 0, ...mock } },
  ...fields,
});
const listing = (items: unknown): Fields => task('list', {}, { outputs: { items } });

const second = (at: string): number => (Date.parse(at) - SIMULATION_START) / 1000;

/** How every task ended, and in which second: `status second`. */
function endsOf(events: readonly RunEvent[]): Record<string, string> {
  return Object.fromEntries(
    events.flatMap(({ task_id, type, at }) => (task_id === undefined ? [] : [[task_id, `${type.slice(5)} ${second(at)}`]])),
  );
}

describe('a foreach', () => {
  it('is done for each item of a list that another task has made, its outputs in the order of the list', async () => {
    const each = task('each', { foreach: '{{list.items}}', inputs: { v: '{{item.n}}', i: '{{index}}', text: 'is {{item}}' } });
    const join = task('join', { inputs: { all: '{{each.results}}', second: '{{each.results[1].response}}', n: '{{each.count}}' } });

    const { result, ends } = await simulate({ tasks: [listing([{ n: 3 }, { n: 'x' }, { n: null }]), each, join] }).then((played) => ({
      ...played,
      ends: endsOf(played.events),
    }));

    expect(ends).toMatchObject({
      'each/0': 'completed 2',
      'each/1': 'completed 2',
      'each/2': 'completed 2',
      each: 'completed 2',
      join: 'completed 3',
    });
    expect(result?.outputs.each).toMatchObject({ count: 3, failed: 0, results: [{ response: 'mock response to each' }, {}, {}] });
  });

  it('names the tasks of its items wherever a run says what it came to', async () => {
    const inner = task('inner', { inputs: { v: '{{item}}' } }, { outputs: { done: true } });
    const each = compound('each', [inner], { foreach: [1, 2], outputs: { v: '{{item}}' } });

    const { result } = await simulate({ tasks: [task('first', {}, { outputs: { done: true } }), each] });

    expect(result?.outputs).toEqual({
      first: { done: true },
      'each/(begin)': expect.anything(),
      'each/0': { v: 1 },
      'each/0/inner': { done: true },
      'each/1': { v: 2 },
      'each/1/inner': { done: true },
      each: { results: [{ v: 1 }, { v: 2 }], count: 2, failed: 0 },
    });
  });

  it('names the tasks of its items that failed, and all again after a retry', async () => {
    const orchestrator = new TaskOrchestrator({ clock: new VirtualClock(SIMULATION_START) });
    const plan = { tasks: [compound('each', [task('inner', {}, { fail_times: 1, outputs: {} })], { foreach: [1, 2] })] };

    const error = await orchestrator.executePlan(plan).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: 'E5204',
      details: {
        errors: expect.arrayContaining(
          ['each', 'each/0', 'each/0/inner', 'each/1', 'each/1/inner'].map((task_id) => expect.objectContaining({ task_id })),
        ),
      },
    });
    const { run_id, errors } = (error as PlanningError).details as { run_id: string; errors: unknown[] };
    expect(errors).toHaveLength(5);
    await orchestrator.retry(run_id);
    await orchestrator.wait(run_id);
    const { outputs } = await orchestrator.result(run_id);
    expect(Object.keys(outputs).sort()).toEqual(['each', 'each/(begin)', 'each/0', 'each/0/inner', 'each/1', 'each/1/inner']);
    orchestrator.close();
  });

  it('does nothing where more executions than can be started would have to do its items', async () => {
    const inner = Array.from({ length: 20 }, (_, i) => task(`in${i}`, { foreach: '{{item}}' }));
    const items = Array.from({ length: 5000 }, () => []);

    const { events } = await simulate({ tasks: [listing(items), compound('each', inner, { foreach: '{{list.items}}' })] });

    const failed = events.find(({ type }) => type === 'task.failed');
    expect(failed).toMatchObject({
      task_id: 'each/(begin)',
      error: {
        code: 'E5402',
        message: expect.stringMatching(
          /^the foreach each has at most \d{4} items, as each takes an execution of its own, and \{\{list\.items\}\} has 5000$/,
        ),
      },
    });
    expect(events.some(({ task_id }) => task_id?.startsWith('each/0'))).toBe(false);
  });

  it('knows the tasks of its items by their whole ids, from within the same item', async () => {
    const b = task('b', {}, { outputs: { v: 1 } });
    const c = task('c', { ...on('each/p/b'), inputs: { v: '{{each/p/b.v}}' } });
    const q = task('q', { foreach: [0], inputs: { v: '{{each/c.response}}' } });
    const r = compound('r', [task('x'), task('y', on('each/r/x'))], { foreach: [0] });

    const { events, error } = await simulate({ tasks: [compound('each', [compound('p', [b]), c, q, r], { foreach: ['x', 'y'] })] });

    expect(error).toBeUndefined();
    const completed = Object.entries(endsOf(events)).flatMap(([id, end]) => (end.startsWith('completed') ? [id] : []));
    expect(completed).toEqual(expect.arrayContaining(['each/0/c', 'each/1/c', 'each/1/q/0', 'each/1/r/0/y']));
  });

  it('without items is done at once', async () => {
    const { result, ends } = await simulate({ tasks: [listing([]), task('each', { foreach: '{{list.items}}' })] }).then((played) => ({
      ...played,
      ends: endsOf(played.events),
    }));

    expect(ends.each).toBe('completed 1');
    expect(result?.outputs.each).toEqual({ results: [], count: 0, failed: 0 });
  });

  it.each([
    ['an object', { a: 1 }],
    ['a string', 'abc'],
    ['a number', 7],
    ['null', null],
    ['a boolean', true],
  ])('fails over %s, named by its type', async (type, value) => {
    const { events, error } = await simulate({ tasks: [listing(value), task('each', { foreach: '{{list.items}}' })] });

    const begin = events.findLast(({ task_id }) => task_id === 'each/(begin)');
    expect(begin?.error).toEqual({ code: 'E5402', message: `the foreach each needs a list, and {{list.items}} is ${type}` });
    expect(events.findLast(({ task_id }) => task_id === 'each')).toMatchObject({
      type: 'task.failed',
      error: { message: begin?.error?.message },
    });
    expect(error?.code).toBe('E5204');
  });

  it('names the item, its foreach and the keys there are where an item has not what its tasks read', async () => {
    const inner = compound('inner', [task('read', { inputs: { u: '{{item.url}}' } })], {
      foreach: [{ url: 'a' }, { urls: 'b', title: 'c' }],
    });
    const outer = compound('outer', [inner, task('cut', { inputs: { n: '{{item.n.x}}' } })], { foreach: [{ n: { x: 1 } }, { n: [1] }] });

    const { events } = await simulate({ tasks: [outer] });

    const errorOf = (id: string) => events.findLast(({ task_id }) => task_id === id)?.error;
    const missing = '{{item.url}} has no value: item 1 of the foreach outer/1/inner has no "url"';
    expect(errorOf('outer/1/inner/1/read')).toEqual({ code: 'E5402', message: `${missing}; there are urls, title; did you mean "urls"?` });
    expect(errorOf('outer/1/cut')).toEqual({
      code: 'E5402',
      message: '{{item.n.x}} has no value: item 1 of the foreach outer has no "x"; there is a list of 1',
    });
  });

  it('does all tasks of a compound for each item, each as soon as its own dependencies are done', async () => {
    const subtasks = [task('a', {}, { duration_sec: 2 }), task('b', on('a')), task('c', {}, { duration_sec: 5 })];
    const { ends } = await simulate({ tasks: [compound('each', subtasks, { foreach: ['x', 'y'] })] }).then(({ events }) => ({
      ends: endsOf(events),
    }));

    expect(ends).toMatchObject({
      'each/0/a': 'completed 2',
      'each/1/b': 'completed 3',
      'each/1/c': 'completed 5',
      'each/1': 'completed 5',
      each: 'completed 5',
    });
  });

  it('may be in an item of another', async () => {
    const inner = task('inner', { foreach: '{{item.parts}}', inputs: { part: '{{item}}' } });
    const outer = compound('outer', [inner], { foreach: '{{list.items}}', outputs: { parts: '{{inner.results}}', of: '{{item.id}}' } });
    const items = [
      { id: 1, parts: ['a', 'b'] },
      { id: 2, parts: [] },
      { id: 3, parts: ['c'] },
    ];

    const { result, events } = await simulate({ tasks: [listing(items), outer] });

    const { results } = result!.outputs.outer as { results: { parts: unknown[]; of: number }[] };
    expect(results.map(({ parts, of }) => [of, parts.length])).toEqual([
      [1, 2],
      [2, 0],
      [3, 1],
    ]);
    expect(events.filter(({ type }) => type === 'task.executing').map(({ task_id }) => task_id)).toContain('outer/2/inner/0');
  });

  it('hands an item that an input around it reads on as what it is', async () => {
    const inner = task('inner', { foreach: ['x', 'y'], inputs: { own: '{{item}}' } });
    const outer = compound('outer', [compound('middle', [inner], { inputs: { of: '{{item.id}} {{index}}' } })], {
      foreach: [{ id: 1 }, { id: 2 }],
    });
    const given: Record<string, unknown> = {};
    const execute = async (_: string, { task_id, inputs }: AgentInput) => {
      given[task_id] = inputs;
      return { response: '', agent_id: 'a' };
    };

    await simulate({ tasks: [outer] }, { agentExecutor: { execute } });

    expect(given).toEqual({
      'outer/0/middle/inner/0': { of: '1 0', own: 'x' },
      'outer/0/middle/inner/1': { of: '1 0', own: 'y' },
      'outer/1/middle/inner/0': { of: '2 1', own: 'x' },
      'outer/1/middle/inner/1': { of: '2 1', own: 'y' },
    });
  });

  it('has at most max_concurrency of its tasks running', async () => {
    const each = task('each', { foreach: Array.from({ length: 7 }, (_, i) => i), max_concurrency: 3 });
    const { events } = await simulate({ tasks: [each, task('other', {}, { duration_sec: 3 })] });

    expect(endsOf(events)).toMatchObject({
      'each/2': 'completed 1',
      'each/5': 'completed 2',
      'each/6': 'completed 3',
      other: 'completed 3',
    });
  });

  it('fails when an item does, once all others have ended', async () => {
    const each = compound('each', [task('x', {}, { fail_times: -1 })], { foreach: [1, 2], on_failure: 'continue' });
    const { events, error } = await simulate({ tasks: [each, task('after', on('each'))] });

    expect(endsOf(events)).toMatchObject({ 'each/0/x': 'failed 1', each: 'failed 1', after: 'blocked 1' });
    expect(events.findLast(({ task_id }) => task_id === 'each')?.error?.message).toBe(
      '2 of 2 items failed: each/0 is failed: its subtask each/0/x failed: scripted failure; each/1 is failed: its subtask each/1/x failed: scripted failure',
    );
    expect(error?.code).toBe('E5204');
  });
});

describe('the failures that a foreach tolerates', () => {
  const each = (fields: Fields, n = 4): Fields =>
    task('each', { foreach: Array.from({ length: n }, (_, i) => i), inputs: { n: '{{item}}' }, ...fields }, { fail_times: -1 });
  it('let it complete, with null in their place, and its run', async () => {
    const { result, events } = await simulate({
      tasks: [each({ tolerated_failures: 4 }), task('after', { inputs: { all: '{{each.results}}' } })],
    });

    expect(endsOf(events)).toMatchObject({ 'each/0': 'failed 1', each: 'completed 1', after: 'completed 2' });
    expect(result?.outputs.each).toEqual({ results: [null, null, null, null], count: 4, failed: 4 });
    expect(result).toMatchObject({ status: 'completed', completed_tasks: 3, failed_tasks: 4, tolerated_tasks: 4 });
  });

  it('are told apart from those that fail the run', async () => {
    const bad = task('bad', {}, { fail_times: -1 });

    const { error } = await simulate({ tasks: [each({ tolerated_failures: 4 }), bad] });

    expect(error).toMatchObject({ code: 'E5204', message: '1 of 7 tasks failed, 4 more tolerated' });
    expect(error?.details).toMatchObject({ failed_tasks: 5, tolerated_tasks: 4 });
  });

  it('are counted, and one more is too many', async () => {
    const { events, error } = await simulate({ tasks: [each({ tolerated_failures: 3 })] });

    expect(events.findLast(({ task_id }) => task_id === 'each')?.error?.message).toMatch(
      /^4 of 4 items failed, more than the 3 that it tolerates: /,
    );
    expect(error?.code).toBe('E5204');
  });

  it.each([
    ['74%', 'failed'],
    ['75%', 'failed'],
    ['100%', 'completed'],
  ])('may be a part of all: %s', async (tolerated_failures, status) => {
    const { events } = await simulate({ tasks: [each({ tolerated_failures })] });

    expect(endsOf(events).each).toBe(`${status} 1`);
  });

  it('do not stop a plan that fails fast, and do once they are too many', async () => {
    const plan = (tolerated_failures: number): Fields => ({
      on_failure: 'fail_fast',
      tasks: [each({ tolerated_failures }), task('slow', {}, { duration_sec: 5 }), task('later', on('slow'))],
    });

    expect(endsOf((await simulate(plan(4))).events)).toMatchObject({ each: 'completed 1', later: 'completed 6' });
    expect(endsOf((await simulate(plan(3))).events)).toMatchObject({ each: 'failed 1', slow: 'completed 5', later: 'cancelled 1' });
  });

  it.each([
    ['none', 0, [], 'completed 4'],
    ['the one that it tolerates', 1, [1], 'completed 3'],
    ['one that it does not tolerate', 0, [1], 'cancelled 1'],
    ['more than it tolerates', 1, [0, 2], 'cancelled 1'],
  ])('are what a foreach that fails fast waits for: %s', async (_, tolerated_failures, failing, last) => {
    const list = [0, 1, 2, 3].map((i) => (failing.includes(i) ? {} : { ok: true }));
    const fields = { foreach: list, inputs: { ok: '{{item.ok}}' }, tolerated_failures, on_failure: 'fail_fast', max_concurrency: 1 };

    const { events } = await simulate({ tasks: [task('each', fields)] });

    expect(endsOf(events)).toMatchObject({ 'each/3': last, each: last.replace('cancelled', 'failed') });
  });

  it('are not tried again where it has completed without them', async () => {
    const world = await startWorld({ tasks: [each({ tolerated_failures: 4 }), task('other', {}, { fail_times: 1 })] });
    await world.toTheEnd();
    expect(await world.statusOfRun()).toBe('failed');

    await world.retry();
    await world.toTheEnd();

    expect(await world.statusOfRun()).toBe('completed');
    expect(world.events.filter(({ task_id, type }) => task_id === 'each/0' && type === 'task.executing')).toHaveLength(1);
  });
});

describe('what a foreach has around it', () => {
  const failing = task('a', {}, { fail_times: -1 });

  it('may have failed before, and be bound by the items of another in its items', async () => {
    const inner = task('inner', { foreach: [1], inputs: { x: '{{a.response}}' } });
    const outer = compound('outer', [inner], { foreach: [1], trigger_rule: 'all_done', ...on('a') });

    const { events } = await simulate({ tasks: [failing, outer] });

    expect(endsOf(events)).toMatchObject({ 'outer/0/inner/0': 'failed 1', 'outer/0/inner': 'failed 1', outer: 'failed 1' });
  });

  it('fails fast where it has no list, whatever failures of items it tolerates', async () => {
    const each = task('each', { foreach: '{{list.items}}', tolerated_failures: 1 });

    const { events } = await simulate({
      on_failure: 'fail_fast',
      tasks: [listing(7), each, task('slow', {}, { duration_sec: 5 }), task('later', on('slow'))],
    });

    expect(endsOf(events)).toMatchObject({ 'each/(begin)': 'failed 1', each: 'failed 1', slow: 'completed 5', later: 'cancelled 1' });
  });

  describe('begins after a failure that it is there for: of its items nothing starts that has no such rule itself', () => {
    const fails = task('fails', {}, { fail_times: -1 });
    const clean = task('clean', { trigger_rule: 'all_done', ...on('fails'), foreach: [1, 2] });

    it.each([
      ['in a plan that fails fast', (tasks: Fields[]): Fields => ({ on_failure: 'fail_fast', tasks }), ''],
      ['in a compound that does', (tasks: Fields[]): Fields => ({ tasks: [compound('c', tasks, { on_failure: 'fail_fast' })] }), 'c/'],
      [
        'in a foreach that does',
        (tasks: Fields[]): Fields => ({ tasks: [compound('c', tasks, { on_failure: 'fail_fast', foreach: [0] })] }),
        'c/0/',
      ],
    ])('%s', async (_, planOf, at) => {
      const { events } = await simulate(planOf([fails, clean]));

      expect(endsOf(events)).toMatchObject({
        [`${at}clean/0`]: 'cancelled 1',
        [`${at}clean/1`]: 'cancelled 1',
        [`${at}clean`]: 'cancelled 1',
      });
    });
  });

  it('cancels it once all its items have ended, where a failure elsewhere stops the plan while they go on', async () => {
    const each = compound('each', [task('x', {}, { duration_sec: 2 }), task('y', on('x'), { duration_sec: 0 })], { foreach: [1, 2] });

    const { events, error } = await simulate({
      on_failure: 'fail_fast',
      tasks: [each, task('fails', {}, { duration_sec: 1, fail_times: -1 })],
    });

    expect(endsOf(events)).toMatchObject({
      'each/1/x': 'completed 2',
      'each/1/y': 'cancelled 1',
      'each/1': 'cancelled 2',
      each: 'cancelled 2',
    });
    expect(error?.code).toBe('E5204');
  });
});

describe('any plan with foreach', () => {
  const numRuns = Number(process.env.PLANS ?? 60);
  const isBegin = (id: string): boolean => id.endsWith('(begin)');
  const endings = (events: readonly RunEvent[], withTimes: boolean): Map<string, string> =>
    new Map(
      Object.entries(endsOf(events))
        .filter(([id]) => !isBegin(id))
        .map(([id, end]) => [id, withTimes ? end : end.split(' ')[0]!]),
    );

  it.each([
    ['in the same moments', false, false],
    ['also where tasks fail', true, false],
    ['also where plans decide', true, true],
  ])('comes to the same as with every item written down by hand, %s', { timeout: 120_000 }, async (_, failures, decides) => {
    await fc.assert(
      fc.asyncProperty(randomForeachPlan({ failures, decides }), async (tasks) => {
        const unlimited = { resource_budget: { max_parallel_tasks: 10_000 } };
        const free = (list: readonly object[]): object[] =>
          JSON.parse(JSON.stringify(list, (key, value) => (key === 'max_concurrency' ? null : value)));
        const ours = await simulate({ tasks: free(asForeach(tasks)), ...unlimited });
        const expected = endings((await simulate({ tasks: byHand(tasks), ...unlimited })).events, !failures);
        const found = endings(ours.events, !failures);

        expect(ours.error?.code ?? 'E5204').toBe('E5204');
        for (const [id, end] of found) {
          // a foreach fails later than by hand, and fail_fast around it has stopped by then what would be blocked
          const isEither = end === 'cancelled' && expected.get(id) === 'blocked';
          expect(`${id} ${isEither ? 'blocked' : end}`).toBe(`${id} ${expected.get(id)}`);
        }
        // what never began has no items
        for (const [id, end] of expected) if (!found.has(id)) expect(`${id} ${end}`).toMatch(/ (blocked|skipped|cancelled)( |$)/);
      }),
      { numRuns, endOnFailure: process.env.SHRINK === undefined },
    );
  });
});
