import { expect, it } from 'vitest';
import { TimedStartQueue } from '../../lib/local/timed-start-queue.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { EngineThrottledError } from '../../lib/runtime/ports/workflow-engine.ts';

function makeQueue(failures: (Error | undefined)[] = []) {
  const clock = new VirtualClock(0, 'manual');
  const started: [runId: string, atMs: number][] = [];
  const errors: [runId: string, error: unknown][] = [];
  const queue = new TimedStartQueue({
    clock,
    start: async (runId) => {
      started.push([runId, clock.now()]);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
    onError: (runId, error) => errors.push([runId, error]),
  });
  return { clock, queue, started, errors };
}

it('delivers a run after its delay', async () => {
  const { clock, queue, started } = makeQueue();

  await queue.send('run', 60);
  await clock.advanceBy(59_999);
  expect(started).toEqual([]);
  await clock.advanceBy(1);

  expect(started).toEqual([['run', 60_000]]);
});

it('delivers again what must be tried later, and reports what never will do', async () => {
  const defect = new Error('broken');
  const { clock, queue, started, errors } = makeQueue([new EngineThrottledError('busy'), defect]);

  await queue.send('run', 0);
  await clock.runUntilIdle();

  expect(started).toEqual([
    ['run', 0],
    ['run', 1_000],
  ]);
  expect(errors).toEqual([['run', defect]]);
});

it('delivers nothing once it is closed', async () => {
  const { clock, queue, started } = makeQueue();

  await queue.send('run', 1);
  queue.close();
  await clock.runUntilIdle();

  expect(started).toEqual([]);
});
