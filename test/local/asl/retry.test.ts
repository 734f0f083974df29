import { describe, expect, it } from 'vitest';
import { harness, namedError, only, task, throwing } from './harness.ts';

/** Seconds at which the attempts began. */
async function attemptTimes(retry: readonly object[], errors: readonly string[], random?: () => number): Promise<number[]> {
  const times: number[] = [];
  const { run } = harness({
    ...(random === undefined ? {} : { random }),
    functions: {
      f: (_payload, _call, { elapsedSec }) => {
        times.push(elapsedSec());
        const error = errors[times.length - 1];
        if (error !== undefined) throw namedError(error);
      },
    },
  });
  await run(only(task({ Retry: retry, Catch: [{ ErrorEquals: ['States.ALL'], Output: {}, Next: 'Z' }] }), { Z: { Type: 'Succeed' } }));
  return times;
}

const ALWAYS = Array<string>(20).fill('Flaky');

describe('Retry', () => {
  it('waits 1, 2 and 4 seconds where nothing else is said', async () => {
    expect(await attemptTimes([{ ErrorEquals: ['Flaky'] }], ALWAYS)).toEqual([0, 1, 3, 7]);
  });

  it('multiplies the interval by the backoff rate up to the longest delay', async () => {
    const retrier = { ErrorEquals: ['Flaky'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 10 };

    expect(await attemptTimes([retrier], ALWAYS)).toEqual([0, 2, 8, 18, 28]);
  });

  it('does not retry with MaxAttempts 0, nor what a retrier before it has taken', async () => {
    const retriers = [{ ErrorEquals: ['Fatal'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];

    expect(await attemptTimes(retriers, ['Fatal'])).toEqual([0]);
    expect(await attemptTimes(retriers, ['Flaky', 'Fatal'])).toEqual([0, 1]);
  });

  it('counts for each retrier by itself, and a used-up one ends the retries', async () => {
    const retriers = [
      { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5 },
    ];

    // the example of the ASL specification: A, B, C, then B again, which is one too many
    expect(await attemptTimes(retriers, ['A', 'B', 'C', 'B'])).toEqual([0, 1, 3, 8]);
  });

  it.each([
    [0, [0, 0, 0]],
    [0.5, [0, 1, 3]],
    [0.999, [0, 1.998, 5.994]],
  ])('takes part %f of the delay with full jitter', async (chance, expected) => {
    const retrier = { ErrorEquals: ['Flaky'], IntervalSeconds: 2, MaxAttempts: 2, JitterStrategy: 'FULL' };

    expect(await attemptTimes([retrier], ALWAYS, () => chance)).toEqual(expected);
  });

  it('starts again from nothing when the state is visited again', async () => {
    const times: number[] = [];
    const { run } = harness({
      functions: {
        f: (_payload, _call, { elapsedSec }) => {
          times.push(elapsedSec());
          if (times.length % 2 === 1) throw namedError('Flaky');
          return times.length;
        },
      },
    });
    const again = { Type: 'Choice', Choices: [{ Condition: '{% $states.input < 6 %}', Next: 'A' }], Default: 'Z' };

    const { status } = await run({
      StartAt: 'A',
      States: { A: task({ Retry: [{ ErrorEquals: ['Flaky'], MaxAttempts: 1 }], Next: 'Again' }), Again: again, Z: { Type: 'Succeed' } },
    });

    expect(status).toBe('SUCCEEDED');
    expect(times).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('shows how often it has retried, and evaluates the arguments anew', async () => {
    const seen: unknown[] = [];
    const { run } = harness({
      functions: {
        f: (payload) => {
          seen.push(payload);
          if (seen.length < 3) throw namedError('Flaky');
        },
      },
    });

    await run(
      only(
        task({ Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' }, Retry: [{ ErrorEquals: ['Flaky'] }] }),
      ),
    );

    expect(seen).toEqual([0, 1, 2]);
  });

  it('bills each retry as a transition', async () => {
    const { run } = harness({ functions: { f: throwing('Flaky') } });

    const { transitions, error } = await run(only(task({ Retry: [{ ErrorEquals: ['Flaky'], MaxAttempts: 4 }] })));

    expect(error).toBe('Flaky');
    expect(transitions).toBe(5);
  });
});
