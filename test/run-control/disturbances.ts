import { expect } from 'vitest';
import { type CompoundWorld, startWorld } from './compound-world.ts';

const HOUR_MS = 3_600_000;

/** How a run ended: what became of each task, by its id, and of the run. */
export interface Ended {
  readonly statuses: Map<string, string>;
  readonly run: string;
}

export async function endOf(world: CompoundWorld): Promise<Ended> {
  return { statuses: await world.statuses(), run: await world.statusOfRun() };
}

export async function undisturbed(plan: object): Promise<Ended> {
  const world = await startWorld(plan);
  await world.toTheEnd();
  const ended = await endOf(world);
  await world.close();
  return ended;
}

/** Does something to a run after so many seconds, again and again, and takes it to its end; the seconds count from one to the next. */
export type Disturb = (world: CompoundWorld, at: readonly number[]) => Promise<void>;

/** Paused, and resumed an hour later. */
export const pauseAndResume: Disturb = async (world, at) => {
  for (const sec of at) {
    await world.clock.advanceBy(sec * 1000);
    if ((await world.statusOfRun()) !== 'executing') break;
    await world.controls.pause(world.runId);
    await world.clock.advanceBy(HOUR_MS);
    if ((await world.statusOfRun()) !== 'paused') break;
    await world.controls.resume(world.runId);
  }
  await world.toTheEnd();
};

/** Its execution is stopped from outside, and the run resumed an hour later. */
export const interruptAndResume: Disturb = async (world, at) => {
  for (const sec of at) {
    await world.clock.advanceBy(sec * 1000);
    if ((await world.statusOfRun()) !== 'executing') break;
    await world.interrupt();
    expect(await world.statusOfRun()).toBe('failed');
    await world.clock.advanceBy(HOUR_MS);
    await world.controls.resume(world.runId);
  }
  await world.toTheEnd();
};

/** Cancelled where it still goes on, and retried an hour later. */
export const cancelAndRetry: Disturb = async (world, at) => {
  for (const sec of at) {
    await world.clock.advanceBy(sec * 1000);
    const status = await world.statusOfRun();
    if (status === 'completed') break;
    if (status === 'executing') await world.controls.cancel(world.runId);
    await world.clock.advanceBy(HOUR_MS);
    await world.retry();
  }
  await world.toTheEnd();
};
