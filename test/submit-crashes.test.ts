import { describe, expect, it } from 'vitest';
import { type Death, deathsOf } from './mortal-process.ts';
import { executionOf, SubmitWorld } from './submit-world.ts';

/*
 * An accepted plan is not lost, whatever process is killed between any two steps:
 *
 *   submit    keeps the machines -> tells the queue -> writes the run down -> makes the machines -> starts it
 *   delivery                                            reads the run       -> makes the machines -> starts it
 */

const SUBMIT_DEATHS = deathsOf(await callsOf((world) => world.submit('run')));
const DELIVERY_DEATHS = deathsOf(
  await callsOf(async (world) => {
    await world.submit('run', { death: { call: 4, when: 'before' } });
    await world.deliver('run');
  }),
);
const inWords = ({ call, when }: Death) => `${when} its call ${call}`;

async function callsOf(work: (world: SubmitWorld) => Promise<unknown>): Promise<number> {
  const world = new SubmitWorld();
  await work(world);
  return world.calls;
}

/** Either the run is there and was started, once, or nothing of it is. */
async function expectStartedOrNothing(world: SubmitWorld, accepted: boolean): Promise<void> {
  const run = await world.store.getRun('run');
  expect(run?.status).toBe(accepted || run !== undefined ? 'executing' : undefined);
  expect(world.engine.executions).toEqual(run === undefined ? [] : [executionOf('run')]);
}

it('submits in ten calls, and starts what was submitted in seven', () => {
  expect([SUBMIT_DEATHS.length, DELIVERY_DEATHS.length]).toEqual([20, 14]);
});

it('starts a run once when nothing dies', async () => {
  const world = new SubmitWorld();

  const accepted = await world.submit('run');
  await world.deliverAll();

  expect(accepted).toBe(true);
  await expectStartedOrNothing(world, accepted);
});

describe('a submit that dies', () => {
  it.each(SUBMIT_DEATHS.map((death) => [inWords(death), death] as const))(
    '%s leaves a run that is started, or nothing',
    async (_, death) => {
      const world = new SubmitWorld();

      const accepted = await world.submit('run', { death });
      await world.deliverAll();

      expect(accepted).toBe(false);
      await expectStartedOrNothing(world, accepted);
    },
  );

  it('leaves nothing before the run is written down, and a run from then on', async () => {
    const runs = await Promise.all(
      SUBMIT_DEATHS.map(async (death) => {
        const world = new SubmitWorld();
        await world.submit('run', { death });
        return (await world.store.getRun('run')) !== undefined;
      }),
    );

    // put, send, create: each before and after
    expect(runs).toEqual(SUBMIT_DEATHS.map((_, n) => n >= 5));
  });

  it.each(SUBMIT_DEATHS.map((death) => [inWords(death), death] as const))(
    '%s is one run with its repetition, by the idempotency key',
    async (_, death) => {
      const world = new SubmitWorld();
      await world.submit('first', { death, idempotencyKey: 'key' });

      const accepted = await world.submit('second', { idempotencyKey: 'key' });
      await world.deliverAll();

      const runs = await world.store.listRuns(10);
      expect(accepted).toBe(true);
      expect(runs).toHaveLength(1);
      expect(world.engine.executions).toEqual([executionOf(runs[0]!.run_id)]);
    },
  );
});

describe('a delivery that dies', () => {
  it.each(DELIVERY_DEATHS.map((death) => [inWords(death), death] as const))(
    '%s is made good by the next, wherever the submit died',
    async (_, death) => {
      for (const submitDeath of [undefined, ...SUBMIT_DEATHS]) {
        const world = new SubmitWorld();
        const accepted = await world.submit('run', { death: submitDeath });

        await world.deliver('run', death);
        await world.deliverAll();

        await expectStartedOrNothing(world, accepted);
      }
    },
  );
});

it('looks after a run only when its submit is over: a message that came before the run would be lost', async () => {
  const LONGEST_SUBMIT_SEC = 30; // an HTTP API waits no longer
  const world = new SubmitWorld();

  await world.submit('run');

  expect(world.queue.messages).toEqual([{ runId: 'run', delaySec: 60 }]);
  expect(world.queue.messages[0]!.delaySec).toBeGreaterThan(LONGEST_SUBMIT_SEC);
});

describe('an engine that takes no machines for a while', () => {
  it.each([1, 2, 3, 7])('has a run queued, and started from the queue after %i refusals', async (throttled) => {
    const world = new SubmitWorld({ throttled });

    const accepted = await world.submit('run');

    expect(accepted).toBe(true);
    expect(await world.store.getRun('run')).toMatchObject({ status: 'queued' });
    expect(world.engine.executions).toEqual([]);
    for (let refusals = 1; refusals < throttled; refusals++) expect(await world.deliver('run')).toBe(false);
    expect(await world.deliver('run')).toBe(true);
    await expectStartedOrNothing(world, accepted);
  });

  it.each(SUBMIT_DEATHS.map((death) => [inWords(death), death] as const))('loses no run whose submit dies %s as well', async (_, death) => {
    const world = new SubmitWorld({ throttled: 2 });

    const accepted = await world.submit('run', { death });
    await world.deliverAll();

    await expectStartedOrNothing(world, accepted);
  });
});

describe('an engine that makes few machines at a time', () => {
  const machines = Array.from({ length: 7 }, (_, n) => ({ name: `m${n}`, definition: '{}' }));

  it('has each delivery go on where the one before was stopped', async () => {
    const world = new SubmitWorld({ pace: 3 });

    await world.submit('run', { machines });
    while (!(await world.deliver('run')));

    expect(world.engine.asked).toEqual(['m0', 'm1', 'm2', 'm3', 'm3', 'm4', 'm5', 'm6', 'm6']);
    expect(world.engine.executions).toMatchObject([{ name: 'run-1', machine: 'm6' }]);
  });

  it('is asked for no machine of a run that has been started', async () => {
    const world = new SubmitWorld();
    await world.submit('run', { machines });
    world.engine.asked.length = 0;

    expect(await world.deliver('run')).toBe(true);

    expect(world.engine.asked).toEqual([]);
  });

  it('loses no machine when a delivery dies that was to keep the rest', async () => {
    for (const death of deathsOf(6)) {
      const world = new SubmitWorld({ pace: 3 });
      await world.submit('run', { machines });

      await world.deliver('run', death);
      while (!(await world.deliver('run')));

      expect(new Set(world.engine.asked)).toEqual(new Set(machines.map(({ name }) => name)));
      expect(world.engine.executions).toMatchObject([{ name: 'run-1', machine: 'm6' }]);
    }
  });
});
