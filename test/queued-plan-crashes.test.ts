import { describe, expect, it } from 'vitest';
import { type Death, deathsOf } from './mortal-process.ts';
import { SubmitWorld } from './submit-world.ts';

/*
 * The same as in submit-crashes.test.ts for a plan that is too large to be compiled while its caller waits:
 *
 *   submit    looks at the pools -> keeps the plan (two blobs) -> tells the queue -> writes the run down -> tells the queue again
 *   delivery  reads the run, the plan -> keeps the plan checked, and the machines -> gives the run its spec -> makes the machines -> starts it
 *             or keeps the problems -> ends the run
 */

const VALID = { plan_id: 'plan', tasks: [{ task_id: 'a' }, { task_id: 'b' }] };
const INVALID = { tasks: [{ task_id: 'a', colour: 'red' }] };

const SUBMIT_DEATHS = deathsOf(await callsOf((world) => world.submitUnread('run', VALID)));
const DELIVERY_DEATHS = await deathsOfDelivery(VALID);
const REFUSAL_DEATHS = await deathsOfDelivery(INVALID);
const cases = (deaths: readonly Death[]) => deaths.map((death) => [`${death.when} its call ${death.call}`, death] as const);

async function callsOf(work: (world: SubmitWorld) => Promise<unknown>): Promise<number> {
  const world = new SubmitWorld();
  await work(world);
  return world.calls;
}

function deathsOfDelivery(plan: unknown): Promise<Death[]> {
  return callsOf(async (world) => {
    await world.submitUnread('run', plan);
    await world.deliver('run');
  }).then(deathsOf);
}

/** Either the run is there and was started, once, or nothing of it is. */
async function expectStartedOrNothing(world: SubmitWorld, accepted: boolean): Promise<void> {
  const run = await world.store.getRun('run');
  if (!accepted && run === undefined) {
    expect(world.engine.executions).toEqual([]);
    return;
  }
  expect(run).toMatchObject({ status: 'executing', plan_id: 'plan', task_count: 2 });
  expect(world.engine.executions).toMatchObject([{ name: 'run-1', input: { run_id: 'run' }, runStatus: 'executing' }]);
}

async function expectRefused(world: SubmitWorld): Promise<void> {
  expect(await world.store.getRun('run')).toMatchObject({ status: 'failed', error: { code: 'E5200' }, task_count: 0 });
  expect(await world.problemsOf('run')).toMatchObject([{ code: 'E5602', path: '$.tasks[0].colour' }]);
  expect(world.engine.executions).toEqual([]);
}

it('submits in seven calls, starts in twelve, and refuses in six', () => {
  expect([SUBMIT_DEATHS.length, DELIVERY_DEATHS.length, REFUSAL_DEATHS.length]).toEqual([14, 24, 12]);
});

it('has the queue begin when the run is written down, and look after it later', async () => {
  const world = new SubmitWorld();

  expect(await world.submitUnread('run', VALID)).toBe(true);

  expect(world.queue.messages).toEqual([
    { runId: 'run', delaySec: 600 },
    { runId: 'run', delaySec: 0 },
  ]);
});

describe('a submit that dies', () => {
  it.each(cases(SUBMIT_DEATHS))('%s leaves a run that is started, or nothing', async (_, death) => {
    const world = new SubmitWorld();

    const accepted = await world.submitUnread('run', VALID, { death });
    await world.deliverAll();

    expect(accepted).toBe(false);
    await expectStartedOrNothing(world, accepted);
  });

  it.each(cases(SUBMIT_DEATHS))('%s is one run with its repetition, by the idempotency key', async (_, death) => {
    const world = new SubmitWorld();
    await world.submitUnread('first', VALID, { death, idempotencyKey: 'key' });

    expect(await world.submitUnread('second', VALID, { idempotencyKey: 'key' })).toBe(true);
    await world.deliverAll();

    const runs = await world.store.listRuns(10);
    expect(runs).toHaveLength(1);
    expect(world.engine.executions).toMatchObject([{ name: `${runs[0]!.run_id}-1` }]);
  });
});

describe('a delivery that dies', () => {
  it.each(cases(DELIVERY_DEATHS))('%s is made good by the next, wherever the submit died', async (_, death) => {
    for (const submitDeath of [undefined, ...SUBMIT_DEATHS]) {
      const world = new SubmitWorld();
      const accepted = await world.submitUnread('run', VALID, { death: submitDeath });

      await world.deliver('run', death);
      await world.deliverAll();

      await expectStartedOrNothing(world, accepted);
    }
  });

  it.each(cases(REFUSAL_DEATHS))('%s leaves an invalid plan refused in the end, with its problems', async (_, death) => {
    const world = new SubmitWorld();
    await world.submitUnread('run', INVALID);

    await world.deliver('run', death);
    await world.deliverAll();

    await expectRefused(world);
  });
});
