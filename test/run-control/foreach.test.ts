import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asForeach, type ForeachTask, randomForeachPlan } from '../random-foreach-plans.ts';
import { startWorld } from './compound-world.ts';

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

async function undisturbed(plan: object): Promise<{ statuses: Map<string, string>; run: string }> {
  const world = await startWorld(plan);
  await world.toTheEnd();
  const ended = { statuses: await world.statuses(), run: await world.statusOfRun() };
  await world.close();
  return ended;
}

describe('any plan with foreach comes to the same', () => {
  it('when it is paused and resumed', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, moments, async (tasks, limit, at) => {
        const plan = limited(tasks, limit);
        const expected = await undisturbed(plan);
        const world = await startWorld(plan);
        for (const sec of at) {
          await world.clock.advanceBy(sec * 1000);
          if ((await world.statusOfRun()) !== 'executing') break;
          await world.controls.pause(world.runId);
          await world.clock.advanceBy(HOUR_MS);
          if ((await world.statusOfRun()) !== 'paused') break;
          await world.controls.resume(world.runId);
        }
        await world.toTheEnd();

        expect({ statuses: await world.statuses(), run: await world.statusOfRun() }).toEqual(expected);
        await world.close();
      }),
      settings,
    );
  });

  it('when its execution is stopped and it is resumed', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, moments, async (tasks, limit, at) => {
        const plan = limited(tasks, limit);
        const expected = await undisturbed(plan);
        const world = await startWorld(plan);
        for (const sec of at) {
          await world.clock.advanceBy(sec * 1000);
          if ((await world.statusOfRun()) !== 'executing') break;
          await world.interrupt();
          expect(await world.statusOfRun()).toBe('failed');
          await world.clock.advanceBy(HOUR_MS);
          await world.controls.resume(world.runId);
        }
        await world.toTheEnd();

        expect({ statuses: await world.statuses(), run: await world.statusOfRun() }).toEqual(expected);
        await world.close();
      }),
      settings,
    );
  });

  it('when it is cancelled and retried, or retried after its end', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(timeless, limits, moments, async (tasks, limit, at) => {
        const plan = limited(tasks, limit);
        const expected = await undisturbed(plan);
        const world = await startWorld(plan);
        for (const sec of at) {
          await world.clock.advanceBy(sec * 1000);
          const status = await world.statusOfRun();
          if (status === 'completed') break;
          if (status === 'executing') await world.controls.cancel(world.runId);
          await world.clock.advanceBy(HOUR_MS);
          await world.retry();
        }
        await world.toTheEnd();

        expect({ statuses: await world.statuses(), run: await world.statusOfRun() }).toEqual(expected);
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
