import { describe, expect, it } from 'vitest';
import { harness, namedError, only, parallel, throwing, tokenTask } from './harness.ts';

describe('waitForTaskToken', () => {
  it('waits for the token, not for the function', async () => {
    const { run, elapsedSec, eventTypes } = harness({
      functions: {
        f: (token, _call, { clock, stepFunctions }) => {
          clock.setTimer(90_000, () => stepFunctions.sendTaskSuccess(String(token), { answer: 42 }));
          return 'not this';
        },
      },
    });

    const { output } = await run(only(tokenTask()));

    expect(output).toEqual({ answer: 42 });
    expect(elapsedSec()).toBe(90);
    expect(eventTypes()).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('takes a success that comes before the function returns, and whatever the function does then', async () => {
    let signal: AbortSignal | undefined;
    const { run, clock, eventTypes } = harness({
      functions: {
        f: async (token, call, { stepFunctions, sleep }) => {
          signal = call.signal;
          stepFunctions.sendTaskSuccess(String(token), 'early');
          await sleep(5);
          throw namedError('TooLate');
        },
      },
    });

    const { status, output } = await run(only(tokenTask()));
    await clock.runUntilIdle();

    expect([status, output]).toEqual(['SUCCEEDED', 'early']);
    expect(signal?.aborted).toBe(false);
    expect(eventTypes()).not.toContain('TaskSubmitted');
  });

  it('fails with what the token is failed with', async () => {
    const { run } = harness({
      functions: {
        f: (token, _call, { stepFunctions }) => stepFunctions.sendTaskFailure(String(token), { error: 'Refused', cause: 'because' }),
      },
    });

    expect(await run(only(tokenTask()))).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'because' });
  });

  it('fails where the function throws', async () => {
    const { run } = harness({ functions: { f: throwing('Broken') } });

    expect((await run(only(tokenTask()))).error).toBe('Broken');
  });

  it('gives each attempt a token of its own, and the old one is worth nothing', async () => {
    const tokens: string[] = [];
    const late: unknown[] = [];
    const { run } = harness({
      functions: {
        f: (token, _call, { stepFunctions, clock }) => {
          tokens.push(String(token));
          if (tokens.length === 1) return;
          for (const send of [
            () => stepFunctions.sendTaskSuccess(tokens[0] ?? '', 'old'),
            () => stepFunctions.sendTaskFailure(tokens[0] ?? ''),
            () => stepFunctions.sendTaskHeartbeat(tokens[0] ?? ''),
          ]) {
            try {
              send();
            } catch (error) {
              late.push((error as Error).name);
            }
          }
          clock.setTimer(1, () => stepFunctions.sendTaskSuccess(tokens[1] ?? '', 'new'));
        },
      },
    });

    const { output } = await run(only(tokenTask({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'] }] })));

    expect(output).toBe('new');
    expect(new Set(tokens).size).toBe(2);
    expect(late).toEqual(['TaskTimedOut', 'TaskTimedOut', 'TaskTimedOut']);
  });

  it('knows a token that is used up from one that never was', async () => {
    let used = '';
    const { run, stepFunctions } = harness({
      functions: {
        f: (token, _call, harness) => {
          used = String(token);
          harness.stepFunctions.sendTaskSuccess(used, 1);
        },
      },
    });
    await run(only(tokenTask()));

    expect(() => stepFunctions.sendTaskSuccess(used, 2)).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
    expect(() => stepFunctions.sendTaskSuccess('made up', 2)).toThrow(expect.objectContaining({ name: 'TaskDoesNotExist' }));
  });

  it('dies with the execution and with a failing sibling', async () => {
    const tokens: string[] = [];
    const { run, stepFunctions } = harness({
      functions: {
        f: (token) => void tokens.push(String(token)),
        g: async (_payload, _call, { sleep }) => {
          await sleep(1);
          throw namedError('Bad');
        },
      },
    });
    const failing = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'g' } };

    await run(only(parallel([tokenTask(), failing])));

    expect(tokens).toHaveLength(1);
    expect(() => stepFunctions.sendTaskSuccess(tokens[0] ?? '', 1)).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
  });

  it('takes an output of 262,144 bytes, and refuses one byte more without ending the task', async () => {
    const sizes: string[] = [];
    const { run } = harness({
      functions: {
        f: (token, _call, { stepFunctions }) => {
          expect(() => stepFunctions.sendTaskSuccess(String(token), 'x'.repeat(262_143))).toThrow(
            expect.objectContaining({ name: 'InvalidOutput' }),
          );
          sizes.push('refused');
          stepFunctions.sendTaskSuccess(String(token), 'x'.repeat(262_142));
        },
      },
    });

    expect((await run(only(tokenTask()))).status).toBe('SUCCEEDED');
    expect(sizes).toEqual(['refused']);
  });

  it.each([
    ['error', { error: 'e'.repeat(257) }],
    ['cause', { cause: 'c'.repeat(32_769) }],
  ])('refuses a failure whose %s is too long', async (_field, failure) => {
    const { run } = harness({
      functions: {
        f: (token, _call, { stepFunctions }) => {
          expect(() => stepFunctions.sendTaskFailure(String(token), failure)).toThrow(
            expect.objectContaining({ name: 'ValidationException' }),
          );
          stepFunctions.sendTaskFailure(String(token), { error: 'e'.repeat(256), cause: 'c'.repeat(32_768) });
        },
      },
    });

    expect((await run(only(tokenTask()))).error).toBe('e'.repeat(256));
  });
});
