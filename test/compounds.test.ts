import { describe, expect, it } from 'vitest';
import { TaskOrchestrator } from '../lib/orchestrator.ts';
import { compound, on } from './compound-tasks.ts';
import { SIMULATION_START, simulate } from './simulate.ts';

type Fields = Record<string, unknown>;

/** Takes so many seconds, and fails so many times before: -1 is always. */
const task = (task_id: string, duration_sec = 0, fields: Fields = {}, fail_times = 0): Fields => ({
  task_id,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec, fail_times } },
  ...fields,
});
const failing = (task_id: string, duration_sec = 0, fields: Fields = {}): Fields => task(task_id, duration_sec, fields, -1);

/** How every task ended, and in which second: `status second`. */
async function run(tasks: readonly Fields[], plan: Fields = {}) {
  const { events, error, result } = await simulate({ tasks, ...plan });
  const second = (at: string): number => (Date.parse(at) - SIMULATION_START) / 1000;
  const last = new Map(
    events.flatMap(({ task_id, type, at }) => (task_id === undefined ? [] : [[task_id, `${type.slice(5)} ${second(at)}`]])),
  );
  const attempts = (id: string): number[] =>
    events.filter(({ task_id, type }) => task_id === id && type === 'task.executing').map(({ at }) => second(at));
  const errorOf = (id: string) => events.findLast(({ task_id }) => task_id === id)?.error;
  return { ends: Object.fromEntries(last), attempts, errorOf, error, result };
}

describe('a compound', () => {
  it('puts out what its subtasks have made', async () => {
    const p = compound('p', [task('x'), task('y', 0, on('x'))], { outputs: { text: 'so: {{y.response}}', all: '{{x}}' } });

    const { result } = await run([p]);

    expect(result?.outputs.p).toEqual({
      text: 'so: mock response to y',
      all: { response: 'mock response to x', agent_id: 'mock', tokens_used: 0 },
    });
  });

  it('fails with a subtask, named by it, while the others go on', async () => {
    const p = compound('p', [failing('x', 1), task('y', 5), task('z', 0, on('x'))]);

    const { ends, errorOf, error } = await run([p, task('b', 0, on('p')), task('c', 0, on('p/y'))]);

    expect(ends).toEqual({ p: 'failed 1', 'p/x': 'failed 1', 'p/y': 'completed 5', 'p/z': 'blocked 1', b: 'blocked 1', c: 'completed 5' });
    expect(errorOf('p')).toEqual({ code: 'E5204', message: 'its subtask p/x failed: scripted failure' });
    expect(error?.code).toBe('E5204');
  });

  it('fails with a compound in it', async () => {
    const { ends, errorOf } = await run([compound('p', [compound('q', [failing('x')]), task('y')])]);

    expect(ends).toMatchObject({ p: 'failed 0', 'p/q': 'failed 0', 'p/y': 'completed 0' });
    expect(errorOf('p')).toEqual({ code: 'E5204', message: 'its subtask p/q/x failed: scripted failure' });
  });

  it('is blocked where it never began', async () => {
    const { ends } = await run([
      failing('a', 1),
      compound('p', [task('x')], on('a')),
      compound('q', [task('y')], { timeout_seconds: 9, ...on('a') }),
    ]);

    expect(ends).toEqual({
      a: 'failed 1',
      p: 'blocked 1',
      'p/x': 'blocked 1',
      q: 'blocked 1',
      'q/y': 'blocked 1',
      'q/(begin)': 'blocked 1',
    });
  });

  it.each([
    [1, 2],
    [2, 1],
  ])('has failed where a subtask has and another is blocked from outside, in any order: after %i s and %i s', async (outside, inside) => {
    const { ends } = await run([failing('a', outside), compound('p', [task('x', 0, on('a')), failing('y', inside)])]);

    expect(ends).toMatchObject({ 'p/x': `blocked ${outside}`, 'p/y': `failed ${inside}`, p: `failed ${inside}` });
  });

  it('needs no place of its own: it is done when its subtasks are', async () => {
    const p = compound('p', [task('x', 1)], { timeout_seconds: 100, ...on('a') });

    const { ends } = await run([task('a'), p, task('long', 50, on('a')), task('long too', 50, on('a'))], {
      resource_budget: { max_parallel_tasks: 3 },
    });

    expect(ends).toMatchObject({ 'p/(begin)': 'completed 0', 'p/x': 'completed 1', p: 'completed 1' });
  });

  it('may be waited for until all of it is done, however that may be', async () => {
    const p = compound('p', [failing('x', 1), task('y', 5)]);

    const { ends } = await run([
      p,
      task('clean', 1, { trigger_rule: 'all_done', ...on('p') }),
      task('tell', 1, { trigger_rule: 'one_failed', ...on('p') }),
    ]);

    expect(ends).toMatchObject({ p: 'failed 1', tell: 'completed 2', clean: 'completed 6' });
  });
});

describe('the retries of a compound', () => {
  it('repeat what has not completed, for each of its own', async () => {
    const p = compound('p', [task('x'), task('y', 1, { retry_policy: { max_retries: 1, backoff_multiplier: 1 } }, 3)], {
      retry_policy: { max_retries: 1 },
    });

    const { attempts, ends } = await run([p]);

    expect(attempts('p/x')).toEqual([0]);
    expect(attempts('p/y')).toEqual([0, 2, 4, 6]);
    expect(ends.p).toBe('completed 7');
  });
});

describe('the timeout of a compound', () => {
  it('ends what runs, what waits for its next attempt, and what would start later', async () => {
    const retry = { retry_policy: { max_retries: 5, initial_delay_sec: 7, max_delay_sec: 7 } };
    const p = compound('p', [task('runs', 20), task('retried', 1, retry, -1), task('done', 9), task('later', 0, on('b'))], {
      timeout_seconds: 10,
      ...on('a'),
    });

    const { ends, attempts, errorOf } = await run([task('a', 5), task('b', 30), p, task('c', 0, on('p'))]);

    expect(ends).toMatchObject({
      'p/(begin)': 'completed 5',
      'p/runs': 'failed 15',
      'p/retried': 'failed 21',
      'p/done': 'completed 14',
      'p/later': 'failed 30',
      p: 'failed 15',
      c: 'blocked 15',
    });
    expect(attempts('p/retried')).toEqual([5, 13]);
    expect(attempts('p/later')).toEqual([]);
    expect(errorOf('p/later')).toEqual({ code: 'E5203', message: 'the compound p took longer than its timeout of 10 s' });
    expect(errorOf('p')).toMatchObject({ code: 'E5204', message: expect.stringContaining('its subtask p/runs failed') });
  });

  it('is that of the innermost that ends first', async () => {
    const { ends, errorOf } = await run([
      compound('p', [compound('q', [task('x', 9)], { timeout_seconds: 5 }), task('y', 9)], { timeout_seconds: 7 }),
    ]);

    expect(ends).toMatchObject({ 'p/q/x': 'failed 5', 'p/q': 'failed 5', p: 'failed 5', 'p/y': 'failed 7' });
    expect(errorOf('p/q/x')?.message).toBe('the compound p/q took longer than its timeout of 5 s');
  });

  it('is kept by one that is just done', async () => {
    expect((await run([compound('p', [task('x', 4)], { timeout_seconds: 5 })])).ends.p).toBe('completed 4');
  });
});

describe('the on_failure of a compound', () => {
  it('has fail_fast cancel what has not started, and nothing outside', async () => {
    const p = compound('p', [failing('x', 2), task('y', 5), task('z', 0, on('y')), compound('q', [task('u', 0, on('y'))])], {
      on_failure: 'fail_fast',
    });

    const { ends, error } = await run([p, task('b', 3), task('c', 0, on('b')), task('d', 0, on('p/z'))]);

    expect(ends).toEqual({
      p: 'failed 2',
      'p/x': 'failed 2',
      'p/y': 'completed 5',
      'p/z': 'cancelled 2',
      'p/q': 'cancelled 2',
      'p/q/u': 'cancelled 2',
      b: 'completed 3',
      c: 'completed 3',
      d: 'cancelled 2',
    });
    expect(error?.code).toBe('E5204');
  });

  it('holds for what waits for a place', async () => {
    const many = Array.from({ length: 6 }, (_, i) => task(`t${i}`, 5));

    const { ends } = await run([compound('p', [failing('x', 1), ...many], { on_failure: 'fail_fast' }), task('b', 20)], {
      resource_budget: { max_parallel_tasks: 3 },
    });

    expect(Object.values(ends).filter((end) => end === 'cancelled 1')).toHaveLength(5);
    expect(ends.b).toMatch('completed');
  });

  it('of a plan does not take from a compound that it has failed', async () => {
    const p = compound('p', [failing('x', 2), task('y', 5), task('z', 0, on('y'))]);

    const { ends } = await run([p, task('b', 9), task('c', 0, on('b'))], { on_failure: 'fail_fast' });

    expect(ends).toMatchObject({ p: 'failed 2', 'p/z': 'cancelled 2', 'p/y': 'completed 5', b: 'completed 9', c: 'cancelled 2' });
  });

  it('of a plan has a compound end by all that is in it: cancelled, or failed where what goes on fails', async () => {
    const half = (id: string, first: Fields): Fields => compound(id, [first, task('y', 0, on('x'))]);
    const p = half('p', task('x', 5));
    const q = half('q', failing('x', 5));

    const { ends, error } = await run([p, q, failing('f', 1), task('b', 0, on('p'))], { on_failure: 'fail_fast' });

    expect(ends).toMatchObject({ p: 'cancelled 5', 'p/x': 'completed 5', 'p/y': 'cancelled 1', q: 'failed 5', b: 'cancelled 1' });
    expect(error?.code).toBe('E5204');
  });

  it('has those in the compound end by all that is in them as well', async () => {
    const inner = (id: string, goesOn: Fields): Fields => compound(id, [goesOn, task('v', 3), task('w', 0, on('v'))]);

    const { ends } = await run([
      compound('p', [failing('x', 2), inner('q', task('u', 5)), inner('r', failing('u', 5))], { on_failure: 'fail_fast' }),
    ]);

    expect(ends).toMatchObject({ p: 'failed 2', 'p/q/w': 'cancelled 2', 'p/q': 'cancelled 5', 'p/r/w': 'cancelled 2', 'p/r': 'failed 5' });
  });
});

describe('decisions in a compound', () => {
  const when = (condition: string, id = 'a') => ({ dependencies: [{ task_id: id, dependency_type: 'conditional', condition }] });

  it('skip all of it where its own condition does not hold', async () => {
    const p = compound('p', [task('x'), task('y', 0, { trigger_rule: 'all_done', ...on('x') })], when('false'));

    const { ends } = await run([task('a', 1), p, task('b', 0, on('p'))]);

    expect(ends).toEqual({
      a: 'completed 1',
      'p/(begin)': 'skipped 1',
      'p/x': 'skipped 1',
      'p/y': 'skipped 1',
      p: 'skipped 1',
      b: 'skipped 1',
    });
  });

  it('complete it although some of it is skipped', async () => {
    const p = compound('p', [task('x', 1), task('y', 0, when('false', 'x')), task('z', 3)]);

    expect((await run([p, task('b', 0, on('p'))])).ends).toMatchObject({ 'p/y': 'skipped 1', p: 'completed 3', b: 'completed 3' });
  });

  it('skip it where all of it is skipped', async () => {
    expect((await run([task('a'), compound('p', [task('x', 0, when('false')), task('y', 0, when('false'))])])).ends.p).toBe('skipped 0');
  });

  it('fail it although a subtask has handled the failure', async () => {
    const p = compound('p', [failing('x', 1), task('y', 2, { trigger_rule: 'one_failed', ...on('x') })]);

    expect((await run([p])).ends).toEqual({ 'p/x': 'failed 1', 'p/y': 'completed 3', p: 'failed 1' });
  });

  it('do not let anything of it run that never began', async () => {
    const rules = ['all_done', 'one_failed', 'none_failed', 'one_success'].map((trigger_rule) =>
      task(trigger_rule, 0, { trigger_rule, ...on('x') }),
    );

    const { ends } = await run([failing('a', 1), compound('p', [task('x'), ...rules], on('a'))]);

    expect([...new Set(Object.values(ends))]).toEqual(['failed 1', 'blocked 1']);
  });

  it('wait for the begin where all that they ask for has ended before', async () => {
    const p = compound('p', [task('x', 1), task('y', 1, { trigger_rule: 'all_done', ...on('b') })], on('a'));

    expect((await run([task('a', 5), task('b', 1), p])).ends).toMatchObject({
      'p/(begin)': 'completed 5',
      'p/y': 'completed 6',
      p: 'completed 6',
    });
  });

  it('let it run by its own trigger rule', async () => {
    const p = compound('p', [task('x', 1), task('y', 1, on('x'))], { trigger_rule: 'one_failed', ...on('a', 'b') });

    expect((await run([failing('a', 1), task('b', 9), p])).ends).toMatchObject({ 'p/(begin)': 'completed 1', p: 'completed 3' });
  });
});

describe('a plan with compounds that was executed', () => {
  it('has the statuses and outputs of all its tasks, and may be executed again', async () => {
    const subtask = { task_id: 'x', status: 'pending', outputs: {} as object };
    const p = { task_id: 'p', task_type: 'compound', status: 'pending', subtasks: [subtask], outputs: { text: '{{x.response}}' } };
    const last = { task_id: 'b', status: 'pending' };
    const plan = { tasks: [p, last], completed_task_count: 0 };
    const orchestrator = new TaskOrchestrator();

    await orchestrator.executePlan(plan);
    const { outputs } = await orchestrator.executePlan(plan);

    expect([p.status, subtask.status, last.status]).toEqual(['completed', 'completed', 'completed']);
    expect(subtask.outputs).toMatchObject({ response: 'mock response to x' });
    expect(p.outputs).toEqual({ text: '{{x.response}}' });
    expect(outputs.p).toEqual({ text: 'mock response to x' });
  });
});
