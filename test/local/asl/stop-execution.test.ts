import { describe, expect, it } from 'vitest';
import { define, harness, map, namedError, only, parallel, task, tokenTask } from './harness.ts';

const NESTED = 'arn:aws:states:::states:startExecution.sync:2';

describe('stopExecution', () => {
  it('ends an execution at once, with error and cause', async () => {
    const { start, stepFunctions, clock, eventTypes } = harness({
      mode: 'manual',
      functions: { f: (_payload, _call, { sleep }) => sleep(100) },
    });
    const arn = start(only(task({ TimeoutSeconds: 1_000 })));
    await clock.advanceBy(10_000);

    stepFunctions.stopExecution(arn, { error: 'Stopped', cause: 'enough' });

    expect(stepFunctions.describeExecution(arn)).toMatchObject({ status: 'ABORTED', error: 'Stopped', cause: 'enough' });
    expect(eventTypes().at(-1)).toBe('ExecutionAborted');
  });

  it('aborts the calls, cancels all timers, and lets nothing happen after it', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const tokens: string[] = [];
    const { start, stepFunctions, clock, events } = harness({
      mode: 'manual',
      functions: {
        f: (_payload, { signal }, { sleep }) => {
          signals.push(signal);
          return sleep(100);
        },
        token: (token) => void tokens.push(String(token)),
        flaky: () => {
          throw namedError('Flaky');
        },
      },
    });
    const waiting = {
      ...tokenTask({ HeartbeatSeconds: 50 }),
      Arguments: { FunctionName: 'token', Payload: '{% $states.context.Task.Token %}' },
    };
    const retrying = task({ Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 500 }] }, 'flaky');
    const machine = only(
      parallel([task({ TimeoutSeconds: 1_000 }), waiting, retrying, { Type: 'Wait', Seconds: 700 }, map([1, 2], task())]),
    );
    const arn = start({ ...machine, TimeoutSeconds: 10_000 });
    await clock.advanceBy(10_000);

    stepFunctions.stopExecution(arn);
    const eventsThen = events.length;
    // what is left are the functions' own sleeps
    expect(clock.pendingTimers).toBe(signals.length);
    await clock.runUntilIdle();

    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true]);
    expect(() => stepFunctions.sendTaskSuccess(tokens[0] ?? '', 1)).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
    expect(events).toHaveLength(eventsThen);
    expect(stepFunctions.describeExecution(arn)).toMatchObject({ status: 'ABORTED' });
  });

  it('ends the executions nested in it', async () => {
    const { start, stepFunctions, clock } = harness({ mode: 'manual', functions: { f: (_payload, _call, { sleep }) => sleep(100) } });
    stepFunctions.createStateMachine({ name: 'child', definition: define(only(task())) });
    const StateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:child';
    const arn = start(only({ Type: 'Task', Resource: NESTED, Arguments: { StateMachineArn, Name: 'c' } }));
    await clock.advanceBy(10_000);
    const childArn = 'arn:aws:states:us-east-1:000000000000:execution:child:c';
    expect(stepFunctions.describeExecution(childArn).status).toBe('RUNNING');

    stepFunctions.stopExecution(arn);

    expect(stepFunctions.describeExecution(childArn).status).toBe('ABORTED');
    expect(stepFunctions.listRunningExecutions()).toEqual([]);
  });

  it('may come before the first state, and twice', async () => {
    const { start, stepFunctions, eventTypes } = harness();
    const arn = start(only({ Type: 'Pass' }));

    stepFunctions.stopExecution(arn);
    stepFunctions.stopExecution(arn, { error: 'Again' });
    const description = await stepFunctions.waitForExecution(arn);

    expect(description).toMatchObject({ status: 'ABORTED', transitions: 0 });
    expect(description.error).toBeUndefined();
    expect(eventTypes()).toEqual(['ExecutionStarted', 'ExecutionAborted']);
  });

  it('wakes those who wait for the execution', async () => {
    const { start, stepFunctions } = harness({ mode: 'manual' });
    const arn = start(only({ Type: 'Wait', Seconds: 1_000 }));
    const waiting = stepFunctions.waitForExecution(arn);

    stepFunctions.stopExecution(arn);

    expect((await waiting).status).toBe('ABORTED');
  });
});
