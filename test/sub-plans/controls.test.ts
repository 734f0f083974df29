import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRefusedError } from '../../lib/runtime/control-run.ts';
import { played, SubPlanWorld, sub } from './world.ts';

/*
 * The parent:   before (5 s) -> s -> after (5 s)      s runs the stored plan `two`:   a (10 s) -> b (10 s)
 *
 *   0        5              15             25       30
 *   |-before-|------a-------|------b-------|-after--|
 */

const behind = (task_id: string) => ({ dependencies: [{ task_id }] });
const TWO = [played('a', 10), played('b', 10, behind('a'))];
const PARENT = [played('before', 5), sub('s', 'two', behind('before')), played('after', 5, behind('s'))];
const S = 1;

let world: SubPlanWorld;
beforeEach(async () => {
  world = new SubPlanWorld();
  await world.keep('two', TWO);
});
afterEach(async () => {
  await world.toTheEnd();
  expect(world.errors).toEqual([]);
  world.close();
});

const statuses = async (): Promise<(string | undefined)[]> => [await world.statusOf(), (await world.child())?.status];

async function begin(seconds: number, plan: readonly object[] = PARENT, more: object = {}): Promise<string> {
  await world.submit(plan, more);
  await world.pass(seconds);
  return (await world.child())?.run_id;
}

describe('a parent that is', () => {
  it.each([7, 17])('cancelled after %s s cancels its child run', async (seconds) => {
    await begin(seconds);

    await world.controls.cancel('parent');

    expect(await statuses()).toEqual(['cancelled', 'cancelled']);
    await world.toTheEnd();
    expect(await statuses()).toEqual(['cancelled', 'cancelled']);
    expect(world.dispatched).toEqual(seconds < 15 ? ['before', 'a'] : ['before', 'a', 'b']);
  });

  it('cancelled and retried goes on in the same child run with what that has not completed', async () => {
    await begin(17);
    await world.controls.cancel('parent');

    await world.controls.retry('parent');
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'b', 'after']);
    expect(await world.children()).toHaveLength(1);
  });

  it('paused pauses its child run, and is paused once that is', async () => {
    await begin(7);

    await world.controls.pause('parent');
    await world.pass(1);
    expect(await statuses()).toEqual(['pausing', 'pausing']);
    await world.pass(60);

    expect(await statuses()).toEqual(['paused', 'paused']);
    expect(world.dispatched).toEqual(['before', 'a']);
  });

  it('resumed resumes its child run', async () => {
    await begin(7);
    await world.controls.pause('parent');
    await world.pass(60);

    await world.controls.resume('parent');
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'after']);
    expect(await world.children()).toHaveLength(1);
    expect(await world.task(S)).toMatchObject({ attempt: 2, failures: 0 });
  });

  it('paused in the last task of its child run has what that came to', async () => {
    await begin(17);
    await world.controls.pause('parent');
    await world.pass(60);

    expect(await statuses()).toEqual(['paused', 'completed']);
    expect(await world.task(S)).toMatchObject({ status: 'completed', attempt: 1 });
    await world.controls.resume('parent');
    await world.toTheEnd();
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'after']);
    expect(await world.statusOf()).toBe('completed');
  });

  it('interrupted interrupts its child run, and both go on', async () => {
    await begin(17);

    await world.interrupt();

    expect(await world.run()).toMatchObject({ status: 'failed', error: { code: 'E5200' } });
    expect(await world.child()).toMatchObject({ status: 'failed', error: { code: 'E5200' } });
    await world.controls.resume('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'b', 'after']);
  });

  it('over its time ends its child run', async () => {
    await world.keep('two', [played('a', 60), played('b', 30, behind('a'))]);
    await begin(0, PARENT, { resource_budget: { max_execution_time_sec: 8 } });
    await world.toTheEnd();

    expect(await world.run()).toMatchObject({ status: 'failed', error: { code: 'E5203' } });
    expect((await world.child()).status).toBe('cancelled');
    expect(world.dispatched).not.toContain('b');
  });

  it('paused before its child run is started starts none', async () => {
    await begin(2);
    await world.controls.pause('parent');
    await world.pass(60);

    expect(await world.statusOf()).toBe('paused');
    expect(await world.children()).toEqual([]);
    await world.controls.resume('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
  });

  it('fail_fast lets its child run go on to its end', async () => {
    const plan = [sub('s', 'two'), played('x', 3, {}, -1), played('later', 1, behind('s'))];
    await begin(0, plan, { on_failure: 'fail_fast' });
    await world.toTheEnd();

    expect(await statuses()).toEqual(['failed', 'completed']);
    expect(await world.task(0)).toMatchObject({ status: 'completed' });
    expect(await world.task(2)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a parent that is retried', () => {
  it('retries what its child run has not completed', async () => {
    await world.keep('two', [played('a', 10), played('b', 10, behind('a'), 1)]);
    await begin(60);
    expect(await statuses()).toEqual(['failed', 'failed']);

    await world.controls.retry('parent');
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'b', 'after']);
    expect((await world.child()).execution).toBe(2);
  });

  it('has the stored plan that there was, whatever became of it', async () => {
    await world.keep('two', [played('a', 10), played('b', 10, behind('a'), 1)]);
    await begin(60);
    await world.store.deleteStoredPlan('two');

    await world.controls.retry('parent');
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'completed']);
  });

  it('by a changed plan has the stored plan that there is now, in a child run of its own', async () => {
    await world.keep('two', [played('a', 10), played('b', 10, behind('a'), 1)]);
    await begin(60);
    await world.keep('two', [played('other', 1)]);

    const { diff } = await world.controls.retry('parent', { plan: { plan_id: 'parent', tasks: PARENT } });
    await world.toTheEnd();

    expect(diff).toMatchObject({ changed: ['s'], kept: ['before'] });
    expect(await world.statusOf()).toBe('completed');
    expect((await world.children()).map(({ status }) => status)).toEqual(['failed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'other', 'after']);
  });

  it('by a changed plan with other inputs runs its child run from the beginning', async () => {
    await begin(60);
    expect(await statuses()).toEqual(['completed', 'completed']);
    await world.toTheEnd();
    const again = new SubPlanWorld();
    await again.keep('two', TWO);
    await again.submit([...PARENT, played('bad', 1, {}, 1)]);
    await again.pass(60);
    expect(await again.statusOf()).toBe('failed');

    const changed = [played('before', 5), sub('s', 'two', { ...behind('before'), inputs: { x: 1 } }), PARENT[2]!, played('bad', 1, {}, 1)];
    await again.controls.retry('parent', { plan: { plan_id: 'parent', tasks: changed } });
    await again.toTheEnd();

    expect(await again.statusOf()).toBe('completed');
    expect((await again.children()).map(({ status, context }) => [status, context])).toEqual([
      ['completed', {}],
      ['completed', { x: 1 }],
    ]);
    again.close();
  });

  it('by a changed plan without the task cancels the child run that was paused', async () => {
    await begin(7);
    await world.controls.pause('parent');
    await world.pass(60);

    await world.controls.retry('parent', { plan: { plan_id: 'parent', tasks: [played('before', 5), played('after', 5)] } });
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'cancelled']);
  });
});

describe('a child run that is', () => {
  it('cancelled by itself has its task cancelled, and what depends on it', async () => {
    const child = await begin(7, [...PARENT, played('in any case', 1, { ...behind('s'), trigger_rule: 'all_done' })]);

    await world.controls.cancel(child);
    await world.toTheEnd();

    expect(await world.run()).toMatchObject({ status: 'failed', error: { code: 'E5204' }, totals: { cancelled: 2, completed: 2 } });
    expect(await world.task(S)).toMatchObject({ status: 'cancelled', error: { code: 'E5204' } });
    await world.controls.retry('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
  });

  it.each(['cancelled', 'cancelled while it pauses'])('%s while its parent is paused stays so after the resume', async (when) => {
    const child = await begin(7, [...PARENT, played('in any case', 1, { ...behind('s'), trigger_rule: 'all_done' })]);
    await world.controls.pause('parent');
    if (when === 'cancelled') await world.pass(60);

    await world.controls.cancel(child);
    await world.pass(60);

    expect(await statuses()).toEqual(['paused', 'cancelled']);
    expect(await world.task(S)).toMatchObject({ status: 'cancelled', error: { code: 'E5204' } });
    await world.controls.resume('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['failed', 'cancelled']);
    expect(await world.run()).toMatchObject({ error: { code: 'E5204' }, totals: { cancelled: 2, completed: 2 } });
    expect(world.dispatched).toEqual(['before', 'a', 'in any case']);
    await world.controls.retry('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
  });

  it('cancelled with its parent, which then was retried and paused, goes on after the resume', async () => {
    await begin(7);
    await world.controls.cancel('parent');
    await world.controls.retry('parent');
    await world.controls.pause('parent');
    await world.pass(60);

    await world.controls.resume('parent');
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'completed']);
  });

  it('cancelled by itself is not tried again', async () => {
    const child = await begin(2, [sub('s', 'two', { retry_policy: { max_retries: 3 } })]);

    await world.controls.cancel(child);
    await world.toTheEnd();

    expect(await world.task(0)).toMatchObject({ status: 'cancelled', attempt: 1 });
  });

  it('paused by itself lets its task wait', async () => {
    const child = await begin(7);

    await world.controls.pause(child);
    await world.pass(3_600);
    expect(await statuses()).toEqual(['executing', 'paused']);
    expect(await world.task(S)).toMatchObject({ status: 'executing', attempt: 1 });

    await world.controls.resume(child);
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'after']);
  });

  it('paused by itself is no reason for its parent to stay pausing', async () => {
    const child = await begin(7);
    await world.controls.pause(child);
    await world.pass(60);

    await world.controls.pause('parent');

    expect(await statuses()).toEqual(['paused', 'paused']);
    await world.controls.resume('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
  });

  it('interrupted by itself fails its task, which is tried again by its policy', async () => {
    const child = await begin(2, [sub('s', 'two', { retry_policy: { max_retries: 1, initial_delay_sec: 1 } })]);

    await world.interrupt(child);
    await world.toTheEnd();

    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['a', 'a', 'b']);
  });

  it('resumed while its parent is paused is refused', async () => {
    const child = await begin(7);
    await world.controls.pause('parent');
    await world.pass(60);

    await expect(world.controls.resume(child)).rejects.toThrow(ControlRefusedError);
    expect(await statuses()).toEqual(['paused', 'paused']);
  });

  it('retried after its parent has ended goes on, and its parent is not told', async () => {
    await world.keep('two', [played('a', 10), played('b', 10, behind('a'), 1)]);
    const child = await begin(60);
    expect(await statuses()).toEqual(['failed', 'failed']);
    const before = await world.run();

    await world.controls.retry((await world.child()).run_id ?? child);
    await world.toTheEnd();

    expect(await statuses()).toEqual(['failed', 'completed']);
    expect(await world.run()).toEqual(before);
    // its parent, retried, has what it came to
    await world.controls.retry('parent');
    await world.toTheEnd();
    expect(await statuses()).toEqual(['completed', 'completed']);
    expect(world.dispatched).toEqual(['before', 'a', 'b', 'b', 'after']);
  });
});

describe('limits', () => {
  it('each run has its own; the parent has a place taken for each child run', async () => {
    await world.keep(
      'wide',
      Array.from({ length: 4 }, (_, n) => played(`w${n}`, 10)),
      { resource_budget: { max_parallel_tasks: 2 } },
    );
    await begin(0, [sub('s', 'wide'), sub('t', 'wide'), played('x', 5)], { resource_budget: { max_parallel_tasks: 2 } });
    await world.pass(1);

    expect(world.dispatched).toHaveLength(4);
    await world.toTheEnd();
    expect(await world.statusOf()).toBe('completed');
    expect(world.dispatched.at(-1)).toBe('x');
  });

  it('a shared pool holds for both', async () => {
    await world.store.putSharedPool({ name: 'gpu', limit: 1 });
    await world.keep('pooled', [played('a', 10, { pool: 'gpu' })]);
    await begin(1, [sub('s', 'pooled'), sub('t', 'pooled'), played('x', 10, { pool: 'gpu' })]);

    expect(world.dispatched).toHaveLength(1);
    await world.toTheEnd();
    expect(world.nowSec).toBeGreaterThanOrEqual(30);
    expect(await world.statusOf()).toBe('completed');
  });
});

describe('child runs of child runs', () => {
  beforeEach(async () => {
    await world.keep('middle', [sub('m', 'two', { outputs: { n: '{{b.response}}' } })]);
  });

  it('put out through all of them', async () => {
    await begin(0, [sub('s', 'middle', { outputs: { n: '{{m.n}}' } })]);
    await world.toTheEnd();

    expect(await world.statusOf()).toBe('completed');
    expect((await world.task(0)).outputs).toEqual({ n: expect.stringContaining('b') });
    expect((await world.children()).map(({ plan_id, status }) => [plan_id, status])).toEqual([
      ['middle', 'completed'],
      ['two', 'completed'],
    ]);
  });

  it.each(['cancel', 'pause'] as const)('%s with the first', async (control) => {
    await begin(7, [sub('s', 'middle')]);

    await world.controls[control]('parent');
    await world.pass(60);

    const status = control === 'cancel' ? 'cancelled' : 'paused';
    expect([await world.statusOf(), ...(await world.children()).map((child) => child.status)]).toEqual([status, status, status]);
    await world.controls[control === 'cancel' ? 'retry' : 'resume']('parent');
    await world.toTheEnd();
    expect([await world.statusOf(), ...(await world.children()).map((child) => child.status)]).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
  });
});
