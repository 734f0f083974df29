import { describe, expect, it } from 'vitest';
import { type Harness, harness, map, namedError, only, parallel, task } from './harness.ts';

/** A harness whose function `f` takes a second, and the most calls that were open at once. */
function counting(): Harness & { readonly peak: () => number } {
  let open = 0;
  let peak = 0;
  const made = harness({
    limits: { historyEvents: 1_000_000 },
    functions: {
      f: async (payload, _call, { sleep }) => {
        peak = Math.max(peak, ++open);
        await sleep(1);
        open--;
        return payload;
      },
    },
  });
  return { ...made, peak: () => peak };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('Map', () => {
  it.each([
    [1, 5, 1],
    [3, 5, 3],
    [0, 39, 39],
    [0, 40, 40],
    [0, 41, 40],
    [41, 100, 40],
    ['{% 1 + 1 %}', 5, 2],
  ])('with MaxConcurrency %s runs of %i items at most %i at once', async (MaxConcurrency, count, expected) => {
    const { run, peak, elapsedSec } = counting();

    const { output } = await run(only(map(numbers(count), task(), { MaxConcurrency })));

    expect(output).toEqual(numbers(count));
    expect(peak()).toBe(expected);
    expect(elapsedSec()).toBe(Math.ceil(count / expected));
  });

  it('takes its items from Items, or else from its input', async () => {
    const body = { Type: 'Pass', Output: '{% $states.input * 10 %}' };
    const { Items: _items, ...withoutItems } = map([], body) as { Items: unknown };

    expect((await harness().run(only(map([1, 2], body)))).output).toEqual([10, 20]);
    expect((await harness().run(only(map('{% $states.input.list %}', body)), { list: [3] })).output).toEqual([30]);
    expect((await harness().run(only(withoutItems), [4, 5])).output).toEqual([40, 50]);
    expect((await harness().run(only(map([], body)))).output).toEqual([]);
  });

  it('fails where the items are no array', async () => {
    const { run, eventTypes } = harness();

    expect((await run(only(map('{% {"a": 1} %}', { Type: 'Pass' })))).error).toBe('States.QueryEvaluationError');
    expect(eventTypes()).toEqual(['ExecutionStarted', 'MapStateEntered', 'EvaluationFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  it('shows the item to the item selector, and to all states of the iteration', async () => {
    const inner = parallel([
      { Type: 'Pass', Output: '{% $states.context.Map.Item.Index & "/" & $states.context.Map.Item.Value & "/" & $states.input.from %}' },
    ]);
    const selector = { ItemSelector: { from: '{% $states.input.name & $states.context.Map.Item.Value %}' } };

    const { output } = await harness().run(only(map(['a', 'b'], inner, selector)), { name: 'x' });

    expect(output).toEqual([['0/a/xa'], ['1/b/xb']]);
  });

  it('ends the other iterations when one fails, and starts no more', async () => {
    const started: unknown[] = [];
    const aborted: unknown[] = [];
    const { run, eventTypes, elapsedSec, clock } = harness({
      functions: {
        f: async (payload, { signal }, { sleep }) => {
          started.push(payload);
          signal?.addEventListener('abort', () => aborted.push(payload));
          await sleep(payload === 1 ? 2 : 10);
          if (payload === 1) throw namedError('Bad');
        },
      },
    });

    const { error } = await run(only(map([0, 1, 2, 3], task(), { MaxConcurrency: 3 })));

    expect(error).toBe('Bad');
    expect(elapsedSec()).toBe(2);
    expect(started).toEqual([0, 1, 2]);
    expect(aborted).toEqual([0, 2]);
    // as AWS writes it: the failed iteration, then what the others were in
    expect(eventTypes().slice(-8)).toEqual([
      'TaskFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    await clock.runUntilIdle();
    expect(eventTypes().at(-1)).toBe('ExecutionFailed');
  });

  it('runs all of it again on Retry', async () => {
    const calls: unknown[] = [];
    const { run } = harness({
      functions: {
        f: (payload) => {
          calls.push(payload);
          if (calls.length === 2) throw namedError('Bad');
          return payload;
        },
      },
    });

    const { output, transitions } = await run(only(map([1, 2], task(), { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['Bad'] }] })));

    expect(output).toEqual([1, 2]);
    expect(calls).toEqual([1, 2, 1, 2]);
    // the Map, its retry, and four states inside
    expect(transitions).toBe(6);
  });

  it('takes 10,000 items', async () => {
    const { run, peak } = counting();

    const { output, transitions } = await run(only(map(numbers(10_000), task(), { Output: '{% $count($states.result) %}' })));

    expect(output).toBe(10_000);
    expect(peak()).toBe(40);
    expect(transitions).toBe(10_001);
  });
});

describe('Parallel', () => {
  it('gives each branch the input, or the arguments, and collects in order', async () => {
    const { run } = harness({
      functions: {
        slow: async (_payload, _call, { sleep }) => {
          await sleep(5);
          return 'slow';
        },
        fast: () => 'fast',
      },
    });
    const echo = { Type: 'Pass' };

    expect((await run(only(parallel([task({}, 'slow'), task({}, 'fast'), echo])), 7)).output).toEqual(['slow', 'fast', 7]);
    expect((await run(only(parallel([echo, echo], { Arguments: '{% $states.input + 1 %}' })), 7)).output).toEqual([8, 8]);
  });

  it('ends everything in the other branches when one fails', async () => {
    const { run, clock, eventTypes } = harness({
      functions: {
        bad: async (_payload, _call, { sleep }) => {
          await sleep(1);
          throw namedError('Bad');
        },
      },
    });

    const { error } = await run(only(parallel([map([1], { Type: 'Wait', Seconds: 500 }), task({}, 'bad')])));

    expect(error).toBe('Bad');
    expect(clock.pendingTimers).toBe(0);
    expect(eventTypes().slice(-6)).toEqual([
      'TaskFailed',
      'WaitStateAborted',
      'MapIterationAborted',
      'MapStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('takes the first of two failures at the same instant', async () => {
    const failing =
      (name: string) =>
      async (_payload: unknown, _call: unknown, { sleep }: Harness) => {
        await sleep(1);
        throw namedError(name);
      };
    const { run, eventTypes } = harness({ functions: { one: failing('One'), two: failing('Two') } });

    expect((await run(only(parallel([task({}, 'one'), task({}, 'two')])))).error).toBe('One');
    expect(eventTypes().filter((type) => type === 'ParallelStateFailed')).toHaveLength(1);
  });

  it('takes 1,000 branches', async () => {
    const { run, peak, elapsedSec } = counting();

    const { output } = await run(
      only(
        parallel(
          numbers(1_000).map(() => task({ Output: 1 })),
          { Output: '{% $sum($states.result) %}' },
        ),
      ),
    );

    expect(output).toBe(1_000);
    expect(peak()).toBe(1_000);
    expect(elapsedSec()).toBe(1);
  });
});
