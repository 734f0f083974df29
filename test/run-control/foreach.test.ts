import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asForeach, type ForeachTask, randomForeachPlan } from '../random-foreach-plans.ts';
import { startWorld } from './compound-world.ts';
import { cancelAndRetry, endOf, interruptAndResume, pauseAndResume, undisturbed } from './disturbances.ts';

const numRuns = Number(process.env.PLANS ?? 60);
const HOUR_MS = 3_600_000;

function mapTasks(tasks: readonly ForeachTask[], change: (task: ForeachTask) => ForeachTask): ForeachTask[] {
  return tasks.map((task) => change({ ...task, subtasks: mapTasks(task.subtasks, change) }));
}

/** Each task always fails or never, and nothing is a question of time: so it matters to nobody when the run is controlled. */
const timeless = randomForeachPlan({ failures: true, decides: true }).map((tasks) =>
  mapTasks(tasks, (task) => ({
    ...task,
    failTimes: task.failTimes < 0 || task.failTimes > task.maxRetries ? -1 : 0,
    onFailure: 'continue',
  })),
);
const limits = fc.integer({ min: 1, max: 6 });
const limited = (tasks: readonly ForeachTask[], limit: number) => ({
  tasks: asForeach(tasks),
  resource_budget: { max_parallel_tasks: limit },
});
/** Seconds after which something is done, one after the other. */
const moments = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 });
const settings = { numRuns, endOnFailure: process.env.SHRINK === undefined };

describe('any plan with foreach comes to the same', () => {
  it.each([
    ['when it is paused and resumed', pauseAndResume],
    ['when its execution is stopped and it is resumed', interruptAndResume],
    ['when it is cancelled and retried, or retried after its end', cancelAndRetry],
  ])('%s', { timeout: 120_000 }, async (_, disturb) => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, moments, async (tasks, limit, at) => {
        const plan = limited(tasks, limit);
        const expected = await undisturbed(plan);
        const world = await startWorld(plan);
        await disturb(world, at);

        expect(await endOf(world)).toEqual(expected);
        await world.close();
      }),
      settings,
    );
  });

  it('as the plan that takes its place', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, fc.integer({ min: 0, max: 40 }), fc.nat(), async (tasks, limit, sec, which) => {
        let count = 0;
        const isChosen = (): boolean => count++ % 7 === which % 7;
        const changed = mapTasks(tasks, (task) => {
          if (!isChosen()) return task;
          if (task.items !== undefined && which % 3 === 0) return { ...task, items: task.items + 1 };
          return task.subtasks.length > 0 ? task : { ...task, failTimes: -1 - task.failTimes };
        });
        const plan = limited(changed, limit);
        const expected = await undisturbed(plan);
        const world = await startWorld(limited(tasks, limit));
        await world.clock.advanceBy(sec * 1000);
        if ((await world.statusOfRun()) === 'executing') await world.controls.cancel(world.runId);
        await world.clock.advanceBy(HOUR_MS);
        if ((await world.statusOfRun()) === 'completed') return world.close();
        const told = await world.retry({ plan: { plan_id: 'nested', ...plan } });
        await world.toTheEnd();

        const after = await world.statuses();
        expect(new Map([...after].filter(([id]) => expected.statuses.has(id)))).toEqual(expected.statuses);
        expect(await world.statusOfRun()).toBe(expected.run);
        const shown = Object.values(told.diff!).flat();
        expect(shown.filter((id) => id.includes('('))).toEqual([]);
        expect(new Set(shown).size).toBe(shown.length);
        await world.close();
      }),
      settings,
    );
  });
});

const atomic = (task_id: string, duration_sec: number, more: object = {}) => ({
  task_id,
  timeout_seconds: 500,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec, ...more } },
});
const each = (subtasks: readonly object[], more: object = {}) => ({
  task_id: 'each',
  task_type: 'compound',
  foreach: ['a', 'b', 'c'],
  max_concurrency: 1,
  subtasks,
  ...more,
});
const then = (task_id: string, on: string, duration_sec: number, more: object = {}) => ({
  ...atomic(task_id, duration_sec, more),
  dependencies: [{ task_id: on }],
});
type World = Awaited<ReturnType<typeof startWorld>>;
const startsOf = (world: World, id: string): number =>
  world.events.filter(({ type, task_id }) => type === 'task.executing' && task_id === id).length;

describe('the items of a foreach', () => {
  it('are not done again that are done, nor what is done of one', async () => {
    const world = await startWorld({ tasks: [each([atomic('x', 10), then('y', 'x', 10)])] });
    await world.clock.advanceBy(35_000);
    await world.controls.pause(world.runId);
    await world.clock.advanceBy(HOUR_MS);
    await world.controls.resume(world.runId);
    await world.toTheEnd();

    expect(await world.statusOfRun()).toBe('completed');
    expect(['each/(begin)', 'each/0/x', 'each/0/y', 'each/1/x', 'each/1/y', 'each/2/y'].map((id) => startsOf(world, id))).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
    await world.close();
  });

  it('have their own time, of which a standstill takes nothing', async () => {
    const world = await startWorld({
      tasks: [each([atomic('x', 10), then('y', 'x', 10)], { timeout_seconds: 25, foreach: ['a', 'b'], max_concurrency: 5 })],
    });
    await world.clock.advanceBy(5000);
    await world.controls.pause(world.runId);
    await world.clock.advanceBy(HOUR_MS);
    await world.controls.resume(world.runId);
    await world.toTheEnd();
    expect(await world.statusOfRun()).toBe('completed');
    await world.close();

    const slow = await startWorld({
      tasks: [each([atomic('x', 10), then('y', 'x', 10)], { timeout_seconds: 15, foreach: ['a', 'b'], max_concurrency: 5 })],
    });
    await slow.toTheEnd();
    expect(slow.events.find(({ type, task_id }) => type === 'task.failed' && task_id === 'each/1/y')!.error?.message).toContain(
      'the compound each/1 took longer than its timeout of 15 s',
    );
    await slow.close();
  });

  const failed = async () => {
    const world = await startWorld({ tasks: [each([atomic('x', 1), then('y', 'x', 1, { fail_times: -1 })])] });
    await world.toTheEnd();
    return world;
  };

  it('are what a changed plan makes of them, the rest stays', async () => {
    const world = await failed();
    const { diff } = await world.retry({ plan: { plan_id: 'nested', tasks: [each([atomic('x', 1), then('y', 'x', 1)])] } });
    await world.toTheEnd();

    expect(diff).toMatchObject({ added: [], removed: [], kept: ['each/0/x', 'each/1/x', 'each/2/x'] });
    expect(diff!.changed).toEqual(expect.arrayContaining(['each', 'each/0/y', 'each/1/y', 'each/2/y']));
    expect([await world.statusOfRun(), startsOf(world, 'each/(begin)'), startsOf(world, 'each/1/x')]).toEqual(['completed', 1, 1]);
    await world.close();
  });

  it('are all done anew where the list is another', async () => {
    const world = await failed();
    await world.retry({ plan: { plan_id: 'nested', tasks: [each([atomic('x', 1), then('y', 'x', 1)], { foreach: ['d', 'e'] })] } });
    await world.toTheEnd();

    expect([await world.statusOfRun(), startsOf(world, 'each/(begin)'), startsOf(world, 'each/1/x')]).toEqual(['completed', 2, 2]);
    expect((await world.store.getRun(world.runId))!.task_count).toBe(2 + 2 * 3);
    await world.close();
  });

  it('are all done anew where they are made of other subtasks', async () => {
    const world = await failed();
    await world.retry({ plan: { plan_id: 'nested', tasks: [each([atomic('x', 1), atomic('z', 1)])] } });
    await world.toTheEnd();

    expect([await world.statusOfRun(), startsOf(world, 'each/(begin)'), startsOf(world, 'each/1/x'), startsOf(world, 'each/2/z')]).toEqual([
      'completed',
      1,
      2,
      1,
    ]);
    await world.close();
  });

  it('are there where the list was empty before', async () => {
    const world = await startWorld({ tasks: [{ ...atomic('e', 1), foreach: [] }, atomic('long', 30)] });
    await world.clock.advanceBy(5000);
    await world.controls.cancel(world.runId);
    await world.clock.advanceBy(HOUR_MS);
    await world.retry({ plan: { plan_id: 'nested', tasks: [{ ...atomic('e', 1), foreach: ['b'] }, atomic('long', 30)] } });
    await world.toTheEnd();

    expect([await world.statusOfRun(), startsOf(world, 'e/0')]).toEqual(['completed', 1]);
    await world.close();
  });

  it('go with their foreach', async () => {
    const world = await failed();
    const { diff } = await world.retry({ plan: { plan_id: 'nested', tasks: [atomic('other', 1)] } });
    await world.toTheEnd();

    expect(diff!.removed).toHaveLength(1 + 3 * 3);
    expect([await world.statusOfRun(), (await world.store.getRun(world.runId))!.task_count]).toEqual(['completed', 1]);
    await world.close();
  });
});

describe('a foreach without a list', () => {
  it('has failed after a resume, also where its end had not been recorded when it was interrupted', async () => {
    const world = await startWorld({
      tasks: [
        { ...atomic('before', 1), metadata: { mock: { duration_sec: 1, outputs: { list: 7 } } } },
        { ...atomic('e', 1), foreach: '{{before.list}}' },
        atomic('long', 30),
      ],
    });
    const { failTask } = world.store;
    world.store.failTask = async (...failure) => {
      if (failure[1].id === 'e') throw new Error('it died');
      return failTask.apply(world.store, failure);
    };
    await world.clock.advanceBy(5000);
    world.store.failTask = failTask;
    await world.interrupt();
    await world.controls.resume(world.runId);
    await world.toTheEnd();

    const { statuses } = await endOf(world);
    expect([statuses.get('e/(begin)'), statuses.get('e')]).toEqual(['failed', 'failed']);
    await world.close();
  });
});
