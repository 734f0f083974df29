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

  it('is held to its timeout, and not tried again after it', async () => {
    await world.keep('slow', TWO);
    await world.submit([sub('s', 'slow', { timeout_seconds: 15, retry_policy: { max_retries: 3 } })]);

    await world.toTheEnd();

    expect(await world.task()).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'E5203' } });
    expect(await world.child()).toMatchObject({ status: 'failed', error: { code: 'E5203' } });
  });
});
