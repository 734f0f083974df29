import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCompounds } from '../check-compounds.ts';
import { type NestedPlan, type NestedTask, randomNestedPlan } from '../random-nested-plans.ts';
import { SIMULATION_START } from '../simulate.ts';
import { startWorld, withoutStandstill } from './compound-world.ts';
import { cancelAndRetry, endOf, interruptAndResume, pauseAndResume, undisturbed } from './disturbances.ts';

const numRuns = Number(process.env.PLANS ?? 60);
const HOUR_MS = 3_600_000;

function mapTasks({ tasks }: NestedPlan, change: (task: NestedTask) => NestedTask): NestedPlan {
  const visit = (task: NestedTask): NestedTask => change({ ...task, subtasks: task.subtasks.map(visit) });
  return { tasks: tasks.map(visit) };
}

/** Each task always fails or never, and nothing is a question of time: so it matters to nobody when the run is controlled. */
const timeless = randomNestedPlan({ failures: true, decides: true }).map((plan) =>
  mapTasks(plan, (task) => {
    const { duration_sec, fail_times } = task.metadata.mock;
    const mock = { duration_sec, fail_times: fail_times < 0 || fail_times > 3 ? -1 : 0 };
    const isCompound = task.subtasks.length > 0;
    // a condition is asked only of dependencies that have completed by then
    const asksEarly = task.trigger_rule === 'one_success' || task.trigger_rule === 'one_failed';
    const dependencies = asksEarly ? task.dependencies.map(({ task_id }) => ({ task_id })) : task.dependencies;
    return {
      ...task,
      dependencies,
      timeout_seconds: isCompound ? null : 100,
      ...(isCompound ? { on_failure: 'continue' } : {}),
      metadata: { mock },
    };
  }),
);
const limits = fc.integer({ min: 1, max: 6 });
const limited = (plan: NestedPlan, limit: number) => ({ ...plan, resource_budget: { max_parallel_tasks: limit } });
/** Seconds after which something is done, one after the other. */
const moments = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 });

describe('any plan with compounds comes to the same', () => {
  it.each([
    ['when it is paused and resumed', pauseAndResume],
    ['when its execution is stopped and it is resumed', interruptAndResume],
    ['when it is cancelled and retried, or retried after its end', cancelAndRetry],
  ])('%s', { timeout: 120_000 }, async (_, disturb) => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, moments, async (plan, limit, at) => {
        const whole = limited(plan, limit);
        const expected = await undisturbed(whole);
        const world = await startWorld(whole);
        await disturb(world, at);

        expect(await endOf(world)).toEqual(expected);
        if (disturb === pauseAndResume) expect(checkCompounds(plan, world.events)).toEqual([]);
        await world.close();
      }),
      { numRuns, endOnFailure: process.env.SHRINK === undefined },
    );
  });

  it('as the plan that takes its place', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, fc.integer({ min: 0, max: 40 }), fc.nat(), async (plan, limit, sec, which) => {
        let count = 0;
        const isChosen = (): boolean => count++ % 7 === which % 7;
        const changed = mapTasks(plan, (task) => {
          if (!isChosen()) return task;
          if (task.subtasks.length > 0) return { ...task, timeout_seconds: 100_000 };
          const { duration_sec, fail_times } = task.metadata.mock;
          return { ...task, metadata: { mock: { duration_sec, fail_times: -1 - fail_times } } };
        });
        const expected = await undisturbed(limited(changed, limit));
        const world = await startWorld(limited(plan, limit));
        await world.clock.advanceBy(sec * 1000);
        if ((await world.statusOfRun()) === 'executing') await world.controls.cancel(world.runId);
        await world.clock.advanceBy(HOUR_MS);
        if ((await world.statusOfRun()) === 'completed') return world.close();
        const told = await world.retry({ plan: { plan_id: 'nested', ...limited(changed, limit) } });
        await world.toTheEnd();

        const after = await world.statuses();
        const ids = new Set(expected.statuses.keys());
        expect(new Map([...after].filter(([id]) => ids.has(id)))).toEqual(expected.statuses);
        expect(await world.statusOfRun()).toBe(expected.run);
        expect(
          Object.values(told.diff!)
            .flat()
            .filter((id) => id.includes('(')),
        ).toEqual([]);
        expect(new Set(Object.values(told.diff!).flat()).size).toBe(Object.values(told.diff!).flat().length);
        await world.close();
      }),
      { numRuns, endOnFailure: process.env.SHRINK === undefined },
    );
  });
});

describe('any plan with compounds that have timeouts and fail fast', () => {
  it('holds what they say of the time that its run has been going', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomNestedPlan({ failures: true, decides: true }), limits, moments, async (plan, limit, at) => {
        const world = await startWorld(limited(plan, limit));
        let standstill = 0;
        const spans: [number, number][] = [];
        for (const sec of at) {
          await world.clock.advanceBy(sec * 1000);
          if ((await world.statusOfRun()) !== 'executing') break;
          await world.controls.pause(world.runId);
          await world.clock.advanceBy(HOUR_MS);
          if ((await world.statusOfRun()) !== 'paused') break;
          const pausedMs = Date.parse(world.events.findLast(({ type }) => type === 'run.paused')!.at);
          spans.push([pausedMs - standstill, world.clock.now() - standstill]);
          standstill += world.clock.now() - pausedMs;
          await world.controls.resume(world.runId);
        }
        await world.toTheEnd();

        const events = spans.reduce((shifted, [from, until]) => withoutStandstill(shifted, from, until), [...world.events]);
        expect(checkCompounds(plan, events)).toEqual([]);
        await world.close();
      }),
      { numRuns, endOnFailure: process.env.SHRINK === undefined },
    );
  });
});

const atomic = (task_id: string, duration_sec: number, more: object = {}) => ({
  task_id,
  timeout_seconds: 500,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec, ...more } },
});
const timed = (timeout_seconds: number, third = 10) => ({
  tasks: [
    {
      task_id: 'p',
      task_type: 'compound',
      timeout_seconds,
      subtasks: [
        atomic('a', 10),
        { ...atomic('b', 10), dependencies: [{ task_id: 'a' }] },
        { ...atomic('c', third), dependencies: [{ task_id: 'b' }] },
      ],
    },
  ],
});

describe('the timeout of a compound', () => {
  it('does not count what its run stood still, however often', async () => {
    const world = await startWorld(timed(31));
    for (const sec of [5, 10]) {
      await world.clock.advanceBy(sec * 1000);
      await world.controls.pause(world.runId);
      await world.clock.advanceBy(HOUR_MS);
      await world.controls.resume(world.runId);
    }
    await world.toTheEnd();

    expect(await world.statusOfRun()).toBe('completed');
  });

  it('counts all that it had run before, however often it was interrupted', async () => {
    const world = await startWorld(timed(30, 11));
    for (let n = 0; n < 2; n++) {
      await world.clock.advanceBy(9_000);
      await world.controls.pause(world.runId);
      await world.clock.advanceBy(HOUR_MS);
      await world.controls.resume(world.runId);
    }
    const resumedMs = world.clock.now();
    await world.toTheEnd();

    expect(Object.fromEntries(await world.statuses())).toMatchObject({ 'p/b': 'completed', 'p/c': 'failed', p: 'failed' });
    const failed = world.events.find(({ type, task_id }) => type === 'task.failed' && task_id === 'p/c')!;
    expect(failed.error?.message).toContain('the compound p took longer than its timeout of 30 s');
    expect(Date.parse(failed.at) - resumedMs).toBe(10_000);
  });

  it('is given anew by a retry', async () => {
    const world = await startWorld(timed(30, 25));
    await world.toTheEnd();
    const endedAt = new Date(SIMULATION_START + 30_000).toISOString();
    expect(await world.store.getRun(world.runId)).toMatchObject({ status: 'failed', completed_at: endedAt });
    await world.clock.advanceBy(HOUR_MS);

    await world.retry();
    await world.clock.advanceBy(1000);
    await world.controls.pause(world.runId);
    await world.clock.advanceBy(HOUR_MS);
    await world.controls.resume(world.runId);
    await world.toTheEnd();

    expect(await world.statusOfRun()).toBe('completed');
    expect((await world.store.listTasks(world.runId)).find(({ ordinal }) => ordinal === 1)!.attempt).toBe(1);
  });
});

describe('a changed plan with compounds', () => {
  const plan = (parts: object) => ({
    tasks: [
      atomic('x', 1),
      { task_id: 'p', task_type: 'compound', subtasks: [atomic('a', 1), atomic('b', 1, { fail_times: -1 })], ...parts },
      atomic('y', 1),
    ],
  });
  const diffOf = async (before: object, after: object) => {
    const world = await startWorld(plan(before));
    await world.toTheEnd();
    const { diff } = await world.controls.previewRetry(world.runId, { plan: { plan_id: 'nested', ...plan(after) } });
    return diff;
  };

  it('shows a compound whose outputs are changed', async () => {
    expect(await diffOf({}, { outputs: { text: '{{a.response}}' } })).toEqual({
      added: [],
      removed: [],
      changed: ['p'],
      rerun: [],
      retried: ['p/b'],
      kept: ['x', 'p/a', 'y'],
    });
  });

  it('shows a compound whose begin is changed, and no begin', async () => {
    const timeout = { timeout_seconds: 1000 };
    expect(await diffOf(timeout, { ...timeout, dependencies: [{ task_id: 'x' }] })).toEqual({
      added: [],
      removed: [],
      changed: ['p'],
      rerun: ['p/a'],
      retried: ['p/b'],
      kept: ['x', 'y'],
    });
  });

  it('shows a compound that is given a timeout with those of its subtasks that wait for its begin', async () => {
    expect(await diffOf({}, { timeout_seconds: 1000 })).toMatchObject({ added: [], changed: ['p', 'p/a', 'p/b'], kept: ['x', 'y'] });
  });

  it('has a subtask more, which runs with what has not completed', async () => {
    const world = await startWorld(plan({}));
    await world.toTheEnd();
    await world.retry({ plan: { plan_id: 'nested', ...plan({ subtasks: [atomic('a', 1), atomic('b', 1), atomic('c', 1)] }) } });
    await world.toTheEnd();

    expect(await world.statusOfRun()).toBe('completed');
    expect(world.events.filter(({ type, task_id }) => type === 'task.executing' && task_id === 'p/a')).toHaveLength(1);
  });

  it('may have a task in the place of a compound', async () => {
    const timeout = { timeout_seconds: 1000, dependencies: [{ task_id: 'x' }] };
    const world = await startWorld(plan(timeout));
    await world.toTheEnd();
    const { diff } = await world.retry({ plan: { plan_id: 'nested', tasks: [atomic('x', 1), atomic('p', 1), atomic('y', 1)] } });
    await world.toTheEnd();

    expect(diff).toMatchObject({ removed: ['p/a', 'p/b'], changed: ['p'], kept: ['x', 'y'] });
    expect(await world.statusOfRun()).toBe('completed');
    await world.close();
  });
});

it('has the tasks of a changed plan also where all of them are decided when it comes', async () => {
  const world = await startWorld({ tasks: [atomic('a', 1), atomic('b', 1, { fail_times: -1 }), atomic('c', 1)] });
  await world.toTheEnd();
  const changed = [atomic('a', 1), { ...atomic('d', 1), dependencies: [{ task_id: 'a' }], trigger_rule: 'one_failed' }];
  await world.retry({ plan: { plan_id: 'nested', tasks: changed } });
  await world.toTheEnd();

  const { task_count, totals, execution } = (await world.store.getRun(world.runId))!;
  const planned = (await world.store.getSpec(`${world.runId}/${execution}`))!.tasks.filter(({ removed }) => removed !== true);
  expect([await world.statusOfRun(), task_count, planned.map(({ id }) => id)]).toEqual(['completed', 2, ['a', 'd']]);
  expect(totals).toMatchObject({ completed: 1, skipped: 1, unfinished: 0 });
  await world.close();
});

it('ends a run that was paused as its last failures in a compound say', async () => {
  const world = await startWorld({
    tasks: [
      {
        task_id: 'p',
        task_type: 'compound',
        on_failure: 'fail_fast',
        subtasks: [atomic('a', 10, { fail_times: -1 }), atomic('slow', 20), { ...atomic('later', 1), dependencies: [{ task_id: 'slow' }] }],
      },
    ],
  });
  await world.clock.advanceBy(5000);
  await world.controls.pause(world.runId);
  await world.clock.advanceBy(HOUR_MS);
  await world.controls.resume(world.runId);
  await world.toTheEnd();

  expect(Object.fromEntries(await world.statuses())).toEqual({
    p: 'failed',
    'p/a': 'failed',
    'p/later': 'cancelled',
    'p/slow': 'completed',
  });
  expect((await world.store.getRun(world.runId))!.error?.code).toBe('E5204');
});
