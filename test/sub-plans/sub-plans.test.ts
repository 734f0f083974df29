import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { played, SubPlanWorld, sub } from './world.ts';

let world: SubPlanWorld;
beforeEach(() => {
  world = new SubPlanWorld();
});
afterEach(() => {
  world.close();
});

const TWO = [played('a', 10), played('b', 10, { dependencies: [{ task_id: 'a' }] })];

describe('a task with a plan_ref', () => {
  it('is a run of its own, whose outputs become its', async () => {
    await world.keep('report', [
      {
        task_id: 'a',
        inputs: { topic: '{{context.topic}}' },
        metadata: { mock: { duration_sec: 10, outputs: { text: 'hello', n: [1, 2] } } },
      },
    ]);
    await world.submit([
      played('collect', 1, { metadata: { mock: { outputs: { topic: 'tea' } } } }),
      sub('s', 'report', { inputs: { topic: '{{collect.topic}}' }, outputs: { said: '{{a.text}} {{context.topic}}', last: '{{a.n[1]}}' } }),
      played('after', 1, { inputs: { heard: '{{s.said}}' } }),
    ]);

    await world.toTheEnd();

    expect(world.errors).toEqual([]);
    expect(await world.run()).toMatchObject({ status: 'completed', totals: { completed: 3, retries: 0 } });
    expect(await world.task(1)).toMatchObject({ status: 'completed', attempt: 1, outputs: { said: 'hello tea', last: 2 } });
    const child = await world.child();
    expect(child).toMatchObject({
      plan_id: 'report',
      status: 'completed',
      context: { topic: 'tea' },
      parent_run_id: 'parent',
      parent_task_id: 's',
    });
  });

  it('fails as its run does, and names what failed in it', async () => {
    await world.keep('bad', [played('a', 1, {}, -1)]);
    await world.submit([sub('s', 'bad'), played('after', 1, { dependencies: [{ task_id: 's' }] })]);

    await world.toTheEnd();

    expect(await world.run()).toMatchObject({ status: 'failed', error: { code: 'E5204' }, totals: { failed: 1, blocked: 1 } });
    const { error } = await world.task();
    expect(error).toMatchObject({ code: 'E5204', message: expect.stringContaining('a (E5202') });
  });

  it('is tried again by its retry policy: what has completed is not repeated', async () => {
    await world.keep('flaky', [played('a', 10), played('b', 10, { dependencies: [{ task_id: 'a' }] }, 2)]);
    await world.submit([sub('s', 'flaky', { retry_policy: { max_retries: 2, initial_delay_sec: 5, backoff_multiplier: 1 } })]);

    await world.toTheEnd();

    expect(world.errors).toEqual([]);
    expect(await world.run()).toMatchObject({ status: 'completed', totals: { retries: 2 } });
    expect(await world.children()).toHaveLength(1);
    expect(await world.child()).toMatchObject({ status: 'completed', execution: 3 });
    expect(world.dispatched).toEqual(['a', 'b', 'b', 'b']);
  });

  it('has for all its tries the time that its timeout gives', async () => {
    await world.keep('flaky', [played('a', 10, {}, 1), played('b', 1, { dependencies: [{ task_id: 'a' }] })]);
    await world.submit([sub('s', 'flaky', { timeout_seconds: 15, retry_policy: { max_retries: 1, initial_delay_sec: 1 } })]);

    await world.toTheEnd();

    expect(await world.task()).toMatchObject({ status: 'failed', attempt: 2, error: { code: 'E5203' } });
    expect(await world.child()).toMatchObject({ status: 'failed', execution: 2 });
  });

  it('has no timeout of its own where its plan has less time', async () => {
    await world.keep('slow', TWO, { resource_budget: { max_execution_time_sec: 5 } });
    await world.submit([sub('s', 'slow', { timeout_seconds: 15 })]);

    await world.toTheEnd();

    expect((await world.task()).error).toMatchObject({ code: 'E5204', message: expect.stringContaining('max_execution_time_sec of 5 s') });
  });

  it('fails where an output has no value, and is not tried again', async () => {
    await world.keep('two', TWO);
    await world.submit([sub('s', 'two', { outputs: { x: '{{a.nothing}}' }, retry_policy: { max_retries: 3 } })]);

    await world.toTheEnd();

    expect(await world.task()).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'E5402' } });
    expect((await world.child()).status).toBe('completed');
  });

  it('runs by its conditions and rules as any task', async () => {
    await world.keep('two', TWO);
    await world.submit([
      played('x', 1, { metadata: { mock: { outputs: { n: 1 } } } }),
      sub('yes', 'two', { dependencies: [{ task_id: 'x', dependency_type: 'conditional', condition: 'outputs.n = 1' }] }),
      sub('no', 'two', { dependencies: [{ task_id: 'x', dependency_type: 'conditional', condition: 'outputs.n = 2' }] }),
      sub('alert', 'two', { dependencies: [{ task_id: 'x' }], trigger_rule: 'one_failed' }),
    ]);

    await world.toTheEnd();

    expect((await world.store.listTasks('parent')).map(({ status }) => status)).toEqual(['completed', 'completed', 'skipped', 'skipped']);
    expect(await world.children()).toHaveLength(1);
  });

  it('may stand in a compound, whose retries and inputs it has', async () => {
    await world.keep('flaky', [played('a', 1, { inputs: { given: '{{context.day}}' } }, 2)]);
    const compound = {
      task_id: 'c',
      task_type: 'compound',
      inputs: { day: 7 },
      retry_policy: { max_retries: 2 },
      subtasks: [sub('s', 'flaky', { outputs: { out: '{{context.day}}' } })],
      outputs: { out: '{{s.out}}' },
    };
    await world.submit([compound]);

    await world.toTheEnd();

    expect(await world.task(0)).toMatchObject({ status: 'completed', outputs: { out: 7 } });
    expect(await world.child()).toMatchObject({ context: { day: 7 }, execution: 3, parent_task_id: 'c/s' });
  });

  it('may be one of many equal ones', async () => {
    await world.keep('one', [played('a', 5)]);
    await world.submit(
      Array.from({ length: 30 }, (_, n) => sub(`s${n}`, 'one', { inputs: { n }, outputs: { n: '{{context.n}}' } })),
      { resource_budget: { max_parallel_tasks: 8 } },
    );

    await world.toTheEnd();

    expect(await world.run()).toMatchObject({ status: 'completed', totals: { completed: 30, retries: 0 } });
    expect((await world.store.listTasks('parent')).map(({ outputs }) => outputs!.n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(await world.children()).toHaveLength(30);
  });

  it('is held to its timeout, and not tried again after it', async () => {
    await world.keep('slow', TWO);
    await world.submit([sub('s', 'slow', { timeout_seconds: 15, retry_policy: { max_retries: 3 } })]);

    await world.toTheEnd();

    expect(await world.task()).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'E5203' } });
    expect(await world.child()).toMatchObject({ status: 'failed', error: { code: 'E5203' } });
  });
});
