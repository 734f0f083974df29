import { describe, expect, it } from 'vitest';
import { harness, map, namedError, only, parallel, task } from './harness.ts';

const outcome = async (state: object, input?: unknown): Promise<unknown[]> => {
  const { status, output, error, cause } = await harness().run(
    only(state, state && 'Choices' in state ? { Z: { Type: 'Succeed' } } : {}),
    input,
  );
  return [status, output ?? error, ...(cause === undefined ? [] : [cause])];
};

describe('Pass, Succeed, Fail, Wait and Choice', () => {
  it.each([
    [{ Type: 'Pass' }, ['SUCCEEDED', 7]],
    [{ Type: 'Pass', Output: { n: '{% $states.input + 1 %}' } }, ['SUCCEEDED', { n: 8 }]],
    [{ Type: 'Succeed' }, ['SUCCEEDED', 7]],
    [{ Type: 'Succeed', Output: '{% $states.input * 2 %}' }, ['SUCCEEDED', 14]],
    [{ Type: 'Fail' }, ['FAILED', undefined]],
    [{ Type: 'Fail', Error: 'E', Cause: '{% "n=" & $states.input %}' }, ['FAILED', 'E', 'n=7']],
    [
      { Type: 'Fail', Error: '{% $states.input %}' },
      ['FAILED', 'States.QueryEvaluationError', expect.stringContaining('must give a string')],
    ],
    [{ Type: 'Wait', Seconds: '{% -$states.input %}' }, ['FAILED', 'States.QueryEvaluationError', expect.stringContaining('whole number')]],
    [{ Type: 'Choice', Choices: [{ Condition: '{% $states.input > 5 %}', Next: 'Z' }] }, ['SUCCEEDED', 7]],
    [
      { Type: 'Choice', Choices: [{ Condition: '{% $states.input > 9 %}', Next: 'Z' }] },
      ['FAILED', 'States.NoChoiceMatched', expect.any(String)],
    ],
    [
      { Type: 'Choice', Choices: [{ Condition: '{% $states.input %}', Next: 'Z' }] },
      ['FAILED', 'States.QueryEvaluationError', expect.stringContaining('true or false')],
    ],
  ])('%#: %j', async (state, expected) => {
    expect(await outcome(state, 7)).toEqual(expected);
  });

  it('takes a name that is a property of every object', async () => {
    const states = JSON.parse('{"__proto__":{"Type":"Pass","Next":"constructor"},"constructor":{"Type":"Pass","End":true}}') as object;

    expect((await harness().run({ StartAt: '__proto__', States: states }, 1)).status).toBe('SUCCEEDED');
  });
});

describe('a function', () => {
  it('gets its name, and a copy of the payload', async () => {
    const { run } = harness({
      functions: {
        f: (payload) => {
          (payload as { list: unknown[] }).list.push('changed');
        },
      },
    });
    const twice = {
      A: task({ Output: '{% $states.input %}', Next: 'B' }),
      B: task({ Arguments: { FunctionName: 'f', Payload: { list: [1] } }, Output: '{% $states.input %}', Next: 'C' }),
      C: task({ Arguments: { FunctionName: 'f', Payload: { list: [1] } }, Output: '{% $states.input %}', End: true }),
    };

    expect((await run({ StartAt: 'A', States: twice }, { list: [0] })).output).toEqual({ list: [0] });
  });

  it.each([
    [undefined, null],
    [null, null],
    [0, 0],
    ['', ''],
    [{ at: new Date(0), no: undefined }, { at: '1970-01-01T00:00:00.000Z' }],
    [Number.NaN, null],
    [() => 1, null],
  ])('that returns %j answers %j, as through JSON', async (returned, answer) => {
    const { run } = harness({ functions: { f: () => returned } });

    expect((await run(only(task()))).output).toEqual(answer);
  });

  it('that returns what is no JSON fails', async () => {
    const { run } = harness({ functions: { f: () => 1n } });

    expect(await run(only(task()))).toMatchObject({ error: 'Runtime.MarshalError', cause: expect.stringContaining('BigInt') });
  });

  it.each([
    [namedError('Mine', 'why'), 'Mine', { errorType: 'Mine', errorMessage: 'why' }],
    [new TypeError('why'), 'TypeError', { errorType: 'TypeError', errorMessage: 'why' }],
    ['text', 'string', { errorType: 'string', errorMessage: 'text' }],
  ])('that throws %s fails the state with its name', async (thrown, error, cause) => {
    const { run } = harness({
      functions: {
        f: () => {
          throw thrown;
        },
      },
    });

    const description = await run(only(task()));

    expect(description.error).toBe(error);
    expect(JSON.parse(description.cause ?? '')).toMatchObject(cause);
  });

  it('that throws an endless message fails with a cause of at most 32,768 characters', async () => {
    const { run } = harness({
      functions: {
        f: () => {
          throw namedError('Long', '"'.repeat(300_000));
        },
      },
    });

    const { error, cause = '' } = await run(only(task()));

    expect(error).toBe('Long');
    expect(cause.length).toBeLessThanOrEqual(32_768);
    expect(JSON.parse(cause)).toMatchObject({ errorType: 'Long' });
  });
});

describe('the history', () => {
  it('has the events that AWS writes, in order', async () => {
    const { run, events } = harness({ functions: { f: () => 1 } });

    await run(only(parallel([map([1], task())])));

    expect(events.map(({ id, type, state, index }) => [id, type, state, index])).toEqual([
      [1, 'ExecutionStarted', undefined, undefined],
      [2, 'ParallelStateEntered', 'A', undefined],
      [3, 'ParallelStateStarted', 'A', undefined],
      [4, 'MapStateEntered', 'B0', undefined],
      [5, 'MapStateStarted', 'B0', undefined],
      [6, 'MapIterationStarted', 'B0', 0],
      [7, 'TaskStateEntered', 'I', 0],
      [8, 'TaskScheduled', 'I', 0],
      [9, 'TaskStarted', 'I', 0],
      [10, 'TaskSucceeded', 'I', 0],
      [11, 'TaskStateExited', 'I', 0],
      [12, 'MapIterationSucceeded', 'B0', 0],
      [13, 'MapStateSucceeded', 'B0', undefined],
      [14, 'MapStateExited', 'B0', undefined],
      [15, 'ParallelStateSucceeded', 'A', undefined],
      [16, 'ParallelStateExited', 'A', undefined],
      [17, 'ExecutionSucceeded', undefined, undefined],
    ]);
  });

  it('has a task again for each attempt, entered once', async () => {
    let attempts = 0;
    const { run, eventTypes } = harness({
      functions: {
        f: () => {
          if (++attempts === 1) throw namedError('Flaky');
        },
      },
    });

    const { transitions } = await run(only(task({ Retry: [{ ErrorEquals: ['Flaky'] }] })));

    expect(eventTypes()).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(transitions).toBe(2);
  });
});
