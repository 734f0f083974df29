import { describe, expect, it } from 'vitest';
import { harness, only, task, tokenTask } from './harness.ts';

const CAUGHT = { Caught: { Type: 'Pass', End: true } };
const catching = (name: string): object => ({ Catch: [{ ErrorEquals: [name], Output: 'caught', Next: 'Caught' }] });

describe('TimeoutSeconds', () => {
  it.each([
    [9.999, 'SUCCEEDED', undefined],
    [10.001, 'FAILED', 'States.Timeout'],
  ])('of 10 with a function of %f s: %s', async (durationSec, status, error) => {
    const { run, elapsedSec } = harness({ functions: { f: (_payload, _call, { sleep }) => sleep(durationSec) } });

    const description = await run(only(task({ TimeoutSeconds: 10, Output: {} })));

    expect([description.status, description.error]).toEqual([status, error]);
    expect(elapsedSec()).toBe(Math.min(durationSec, 10));
  });

  it('may be an expression, also per attempt', async () => {
    const { run, elapsedSec } = harness({ functions: { f: (_payload, _call, { sleep }) => sleep(100) } });

    const { error } = await run(
      only(task({ TimeoutSeconds: '{% $states.input.sec * 2 %}', Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] })),
      { sec: 3 },
    );

    expect(error).toBe('States.Timeout');
    expect(elapsedSec()).toBe(6 + 1 + 6);
  });

  it.each(['{% 0 %}', '{% 1.5 %}', '{% "1" %}', '{% 100000000 %}', '{% $nope %}'])(
    'as the expression %s fails the state',
    async (TimeoutSeconds) => {
      const { run } = harness({ functions: { f: () => 1 } });

      expect((await run(only(task({ TimeoutSeconds })))).error).toBe('States.QueryEvaluationError');
    },
  );

  it('aborts the signal of the call, and ignores what comes later', async () => {
    let reason: unknown;
    const { run, clock } = harness({
      functions: {
        f: async (_payload, { signal }, { sleep }) => {
          signal?.addEventListener('abort', () => {
            reason = signal.reason;
          });
          await sleep(20);
          return 'late';
        },
      },
    });

    const { output } = await run(only(task({ TimeoutSeconds: 10, ...catching('States.Timeout'), Next: 'Caught' }), CAUGHT));
    await clock.runUntilIdle();

    expect(output).toBe('caught');
    expect(reason).toEqual(new Error('The task timed out'));
  });

  it('shows a signal that is read too late as aborted already', async () => {
    let wasAborted: boolean | undefined;
    const { run, clock } = harness({
      functions: {
        f: async (_payload, call, { sleep }) => {
          await sleep(20);
          wasAborted = call.signal?.aborted;
        },
      },
    });

    await run(only(task({ TimeoutSeconds: 10 })));
    await clock.runUntilIdle();

    expect(wasAborted).toBe(true);
  });

  it('leaves no timer behind, and the signal alone, where the function is in time', async () => {
    let signal: AbortSignal | undefined;
    const { run, clock } = harness({
      functions: {
        f: (_payload, call) => {
          signal = call.signal;
        },
      },
    });

    await run(only(task({ TimeoutSeconds: 10 })));

    expect(clock.pendingTimers).toBe(0);
    expect(signal?.aborted).toBe(false);
  });
});

describe('HeartbeatSeconds', () => {
  it.each(['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'])('that go by without a heartbeat are taken by %s', async (name) => {
    const { run, elapsedSec } = harness({ functions: { f: () => undefined } });

    const { output } = await run(only(tokenTask({ HeartbeatSeconds: 4, ...catching(name), Next: 'Caught' }), CAUGHT));

    expect(output).toBe('caught');
    expect(elapsedSec()).toBe(4);
  });

  it('fail the execution with States.Timeout', async () => {
    const { run } = harness({ functions: { f: () => undefined } });

    expect(await run(only(tokenTask({ HeartbeatSeconds: '{% 4 %}' })))).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('begin again with each heartbeat, up to TimeoutSeconds', async () => {
    const beats: number[] = [];
    const { run, elapsedSec } = harness({
      functions: {
        f: async (token, _call, { sleep, stepFunctions, elapsedSec: now }) => {
          for (let i = 0; i < 5; i++) {
            await sleep(3.9);
            stepFunctions.sendTaskHeartbeat(String(token));
            beats.push(now());
          }
        },
      },
    });

    const { error } = await run(only(tokenTask({ HeartbeatSeconds: 4, TimeoutSeconds: 10 })));

    expect(error).toBe('States.Timeout');
    expect(beats).toEqual([3.9, 7.8]);
    expect(elapsedSec()).toBe(10);
  });

  it('must be less than TimeoutSeconds, also where both are expressions', async () => {
    const { run } = harness({ functions: { f: () => undefined } });

    expect((await run(only(tokenTask({ HeartbeatSeconds: '{% 5 %}', TimeoutSeconds: '{% 5 %}' })))).error).toBe(
      'States.QueryEvaluationError',
    );
  });
});

describe('TimeoutSeconds of the machine', () => {
  it.each([
    [2.999, 'SUCCEEDED', undefined],
    [3.001, 'TIMED_OUT', 'States.Timeout'],
  ])('of 3 with a function of %f s: %s', async (durationSec, status, error) => {
    const { run, events } = harness({ functions: { f: (_payload, _call, { sleep }) => sleep(durationSec) } });

    const description = await run({
      TimeoutSeconds: 3,
      ...only(task({ Output: {}, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }], Next: 'Z' }), { Z: { Type: 'Succeed' } }),
    });

    expect([description.status, description.error]).toEqual([status, error]);
    expect(events.at(-1)?.type).toBe(status === 'SUCCEEDED' ? 'ExecutionSucceeded' : 'ExecutionTimedOut');
  });
});
