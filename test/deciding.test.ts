import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

interface Sketch {
  readonly on?: readonly string[];
  readonly rule?: string;
  readonly if?: Readonly<Record<string, string>>;
  readonly sec?: number;
  readonly fails?: boolean;
  readonly outputs?: object;
  readonly inputs?: object;
  readonly retries?: number;
  readonly failTimes?: number;
}

/** Tasks by id, in the order of the plan. */
function planOf(tasks: Readonly<Record<string, Sketch>>, plan: object = {}) {
  return {
    ...plan,
    tasks: Object.entries(tasks).map(([task_id, sketch]) => ({
      task_id,
      ...(sketch.rule === undefined ? {} : { trigger_rule: sketch.rule }),
      dependencies: [
        ...(sketch.on ?? []).map((id) => ({ task_id: id })),
        ...Object.entries(sketch.if ?? {}).map(([id, condition]) => ({ task_id: id, dependency_type: 'conditional', condition })),
      ],
      inputs: sketch.inputs ?? {},
      retry_policy: { max_retries: sketch.retries ?? 0, initial_delay_sec: 1, jitter: 'none' },
      metadata: {
        mock: {
          duration_sec: sketch.sec ?? 1,
          fail_times: sketch.fails ? -1 : (sketch.failTimes ?? 0),
          ...(sketch.outputs === undefined ? {} : { outputs: sketch.outputs }),
        },
      },
    })),
  };
}

/** When each task started and how it ended: `2 completed`, or `- skipped` for one that never started. */
async function story(tasks: Readonly<Record<string, Sketch>>, plan: object = {}) {
  const { events, result, error } = await simulate(planOf(tasks, plan));
  const start = Date.parse(events[0]!.at);
  const told: Record<string, string> = {};
  const started = new Map<string, number>();
  for (const { task_id: id, type, at } of events) {
    if (id === undefined) continue;
    if (type === 'task.executing' && !started.has(id)) started.set(id, (Date.parse(at) - start) / 1000);
    told[id] = `${started.get(id) ?? '-'} ${type.slice('task.'.length)}`;
  }
  return { told, run: error?.code ?? result?.status, details: error?.details, message: error?.message };
}

describe('the trigger rule', () => {
  // good -+
  // bad  -+- t      and the same with each rule
  const both = (rule: string, tasks: Record<string, Sketch> = {}) =>
    story({ good: { sec: 3 }, bad: { sec: 5, fails: true }, ...tasks, t: { on: Object.keys({ good: 1, bad: 1, ...tasks }), rule } });

  it.each([
    ['all_success', '- blocked'],
    ['all_done', '5 completed'],
    ['none_failed', '- blocked'],
    ['one_failed', '5 completed'],
    ['one_success', '3 completed'],
  ])('%s, behind one that completes and one that fails later', async (rule, t) => {
    const { told, run } = await both(rule);

    expect(told.t).toBe(t);
    expect(run).toBe('E5204');
  });

  it.each([
    ['all_success', '- blocked'],
    ['all_done', '9 completed'],
    ['one_failed', '2 completed'],
    ['one_success', '3 completed'],
  ])('%s starts with the first that decides, not with the last', async (rule, t) => {
    const { told } = await both(rule, { early: { sec: 2, fails: true }, late: { sec: 9 } });

    expect(told.t).toBe(t);
  });

  it.each([
    ['all_success', '5 completed'],
    ['all_done', '5 completed'],
    ['none_failed', '5 completed'],
    ['one_failed', '- skipped'],
    ['one_success', '3 completed'],
  ])('%s, behind two that complete', async (rule, t) => {
    const { told, run } = await story({ a: { sec: 3 }, b: { sec: 5 }, t: { on: ['a', 'b'], rule } });

    expect(told).toEqual({ a: '0 completed', b: '0 completed', t });
    expect(run).toBe('completed');
  });

  it.each([
    ['all_success', '- skipped'],
    ['all_done', '5 completed'],
    ['none_failed', '5 completed'],
    ['one_failed', '- skipped'],
    ['one_success', '5 completed'],
  ])('%s, behind one that is skipped and one that completes', async (rule, t) => {
    const { told, run } = await story({ a: {}, skipped: { if: { a: 'false' } }, b: { sec: 5 }, t: { on: ['skipped', 'b'], rule } });

    expect(told).toEqual({ a: '0 completed', skipped: '- skipped', b: '0 completed', t });
    expect(run).toBe('completed');
  });

  it.each([
    ['all_success', '- blocked'],
    ['all_done', '5 completed'],
    ['none_failed', '- blocked'],
    ['one_failed', '5 completed'],
    ['one_success', '- blocked'],
  ])('%s, behind one that is skipped and one that fails after that', async (rule, t) => {
    const { told } = await story({ a: {}, skipped: { if: { a: 'false' } }, b: { sec: 5, fails: true }, t: { on: ['skipped', 'b'], rule } });

    expect(told.t).toBe(t);
  });

  it('one_success, behind tasks that are all skipped, is skipped', async () => {
    const { told } = await story({
      a: {},
      b: { if: { a: 'false' } },
      c: { if: { a: 'false' } },
      t: { on: ['b', 'c'], rule: 'one_success' },
    });

    expect(told).toEqual({ a: '0 completed', b: '- skipped', c: '- skipped', t: '- skipped' });
  });

  it('one_failed takes a blocked dependency for a failed one', async () => {
    const { told } = await story({ a: { fails: true }, b: { on: ['a'] }, t: { on: ['b'], rule: 'one_failed' } });

    expect(told).toEqual({ a: '0 failed', b: '- blocked', t: '1 completed' });
  });

  it('all_done asks only for its own dependencies, not for what a blocked one waited for', async () => {
    // slow, bad -> join -> cleanup
    const { told } = await story({
      slow: { sec: 9 },
      bad: { fails: true },
      join: { on: ['slow', 'bad'] },
      cleanup: { on: ['join'], rule: 'all_done' },
    });

    expect(told).toEqual({ slow: '0 completed', bad: '0 failed', join: '- blocked', cleanup: '1 completed' });
  });

  it('all_done keeps a dependency that another one seems to imply', async () => {
    // a -> b (all_done) -> c, and a -> c: b completes although a has failed, and c does not run
    const { told } = await story({ a: { fails: true }, b: { on: ['a'], rule: 'all_done' }, c: { on: ['a', 'b'] } });

    expect(told).toEqual({ a: '0 failed', b: '1 completed', c: '- blocked' });
  });

  it('lets what is behind a task with a rule go on in series', async () => {
    const { told } = await story({
      a: { fails: true },
      cleanup: { on: ['a'], rule: 'all_done' },
      report: { on: ['cleanup'] },
      send: { on: ['report'] },
    });

    expect(told).toEqual({ a: '0 failed', cleanup: '1 completed', report: '2 completed', send: '3 completed' });
  });
});

describe('a condition', () => {
  it('decides over the outputs of its dependency and the context', async () => {
    const { told, run } = await story({
      check: { outputs: { count: 3 } },
      many: { if: { check: 'outputs.count > 2' } },
      few: { if: { check: 'outputs.count <= 2' } },
      join: { on: ['many', 'few'], rule: 'none_failed' },
    });

    expect(told).toEqual({ check: '0 completed', many: '1 completed', few: '- skipped', join: '2 completed' });
    expect(run).toBe('completed');
  });

  it('skips all that follows', async () => {
    const { told, run } = await story({ a: {}, b: { if: { a: '$count([1..3]) = 4' } }, c: { on: ['b'] }, d: { on: ['c', 'a'] } });

    expect(told).toEqual({ a: '0 completed', b: '- skipped', c: '- skipped', d: '- skipped' });
    expect(run).toBe('completed');
  });

  it('must hold for each dependency that has one', async () => {
    const { told } = await story({ a: {}, b: {}, c: { if: { a: 'true', b: 'outputs.missing' } }, d: { if: { a: 'true', b: 'true' } } });

    expect(told).toMatchObject({ c: '- skipped', d: '1 completed' });
  });

  it('is asked only of dependencies that have completed', async () => {
    const { told } = await story({ a: { fails: true }, b: { if: { a: 'false' }, rule: 'all_done' } });

    expect(told).toEqual({ a: '0 failed', b: '1 completed' });
  });

  it('that fails fails its task at once, and the run goes on by its rules', async () => {
    const { told, details } = await story({
      a: {},
      b: { if: { a: '$error("no")' }, retries: 3 },
      c: { on: ['b'] },
      alert: { on: ['b'], rule: 'one_failed' },
    });

    expect(told).toEqual({ a: '0 completed', b: '- failed', c: '- blocked', alert: '1 completed' });
    expect(details).toMatchObject({
      errors: [{ task_id: 'b', attempt: 0, code: 'E5402', message: 'the condition of b on a cannot be evaluated: no' }],
    });
  });
});

describe('a binding to a task that has not completed', () => {
  it.each(['{{bad}}', '{{bad.x}}'])('fails its task, which is not tried again: %s', async (binding) => {
    const { told, details } = await story({
      bad: { fails: true },
      t: { on: ['bad'], rule: 'all_done', inputs: { x: binding }, retries: 3 },
    });

    expect(told).toEqual({ bad: '0 failed', t: '- failed' });
    expect(details).toMatchObject({
      errors: [{}, { task_id: 't', attempt: 0, code: 'E5402', message: 'task bad has no outputs: it is failed' }],
    });
  });
});

describe('fail_fast', () => {
  it('starts nothing after the first failure; what runs goes on, and clean-up and alerts run', async () => {
    const { told, run, message } = await story(
      {
        bad: { sec: 2, fails: true },
        behind: { on: ['bad'] },
        long: { sec: 9 },
        after: { on: ['long'] },
        cleanup: { on: ['after', 'behind'], rule: 'all_done' },
        alert: { on: ['bad', 'long'], rule: 'one_failed' },
        told: { on: ['cleanup'] },
        last: { on: ['long', 'alert'], rule: 'all_done' },
        either: { on: ['long', 'bad'], rule: 'one_success' },
        unhurt: { on: ['long', 'after'], rule: 'none_failed' },
      },
      { on_failure: 'fail_fast' },
    );

    expect(told).toEqual({
      bad: '0 failed',
      behind: '- blocked',
      long: '0 completed',
      after: '- cancelled',
      cleanup: '2 completed',
      alert: '2 completed',
      told: '- cancelled',
      last: '9 completed',
      either: '- cancelled',
      unhurt: '- cancelled',
    });
    expect(run).toBe('E5204');
    expect(message).toBe('1 of 10 tasks failed, 1 blocked by that, 4 cancelled');
  });

  it('lets a task that has started have its retries', async () => {
    const { told } = await story(
      { bad: { sec: 2, fails: true }, again: { sec: 1.5, failTimes: 1, retries: 2 }, after: { on: ['again'] } },
      { on_failure: 'fail_fast' },
    );

    expect(told).toEqual({ bad: '0 failed', again: '0 completed', after: '- cancelled' });
  });

  it('cancels what waits for a place, and gives the places to what still runs', async () => {
    const waiting = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`w${i}`, {}]));
    const { told, run } = await story(
      { bad: { fails: true }, ...waiting, cleanup: { on: ['bad', ...Object.keys(waiting)], rule: 'all_done' } },
      { on_failure: 'fail_fast', resource_budget: { max_parallel_tasks: 2 } },
    );

    expect(Object.values(told).filter((each) => each === '- cancelled')).toHaveLength(49);
    expect(told).toMatchObject({ bad: '0 failed', w0: '0 completed', cleanup: '1 completed' });
    expect(run).toBe('E5204');
  });

  it('changes nothing in a run where none fails', async () => {
    const { told, run } = await story({ a: {}, b: { on: ['a'] } }, { on_failure: 'fail_fast' });

    expect(told).toEqual({ a: '0 completed', b: '1 completed' });
    expect(run).toBe('completed');
  });
});

describe('the end of a run with skipped tasks', () => {
  it('is completed, and counts them', async () => {
    const { result, events } = await simulate(planOf({ a: {}, b: { if: { a: 'false' } } }));

    expect(result).toMatchObject({ status: 'completed', completed_tasks: 1, failed_tasks: 0, skipped_tasks: 1 });
    expect(events.at(-1)!.type).toBe('run.completed');
  });
});
