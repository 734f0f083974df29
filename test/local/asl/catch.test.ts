import { describe, expect, it } from 'vitest';
import { harness, map, only, parallel, task, throwing } from './harness.ts';

const SHOW = { Show: { Type: 'Pass', Output: { caught: '{% $states.input %}' }, End: true } };

describe('Catch', () => {
  it('goes on with the error output where nothing else is said', async () => {
    const { run } = harness({ functions: { f: throwing('Flaky', 'no luck') } });

    const { output } = await run(only(task({ Catch: [{ ErrorEquals: ['Flaky'], Next: 'Show' }], Next: 'Show' }), SHOW));

    const { caught } = output as { caught: { Error: string; Cause: string } };
    expect(caught.Error).toBe('Flaky');
    expect(JSON.parse(caught.Cause)).toEqual({
      errorType: 'Flaky',
      errorMessage: 'no luck',
      trace: expect.arrayContaining([expect.stringContaining('no luck')]),
    });
  });

  it('takes the first catcher that matches, with its Output and Assign', async () => {
    const { run } = harness({ functions: { f: throwing('Flaky') } });
    const catchers = [
      { ErrorEquals: ['Other'], Output: 'wrong', Next: 'Show' },
      {
        ErrorEquals: ['Flaky'],
        Assign: { error: '{% $states.errorOutput.Error %}' },
        Output: { input: '{% $states.input.n %}' },
        Next: 'Vars',
      },
      { ErrorEquals: ['States.ALL'], Output: 'too late', Next: 'Show' },
    ];
    const vars = { Type: 'Pass', Output: ['{% $error %}', '{% $states.input %}'], End: true };

    const { output } = await run(only(task({ Catch: catchers, Next: 'Show' }), { ...SHOW, Vars: vars }), { n: 7 });

    expect(output).toEqual(['Flaky', { input: 7 }]);
  });

  it('does not assign what the failed state would have assigned', async () => {
    const { run } = harness({ functions: { f: throwing('Flaky') } });
    const state = task({ Assign: { done: true }, Catch: [{ ErrorEquals: ['Flaky'], Output: {}, Next: 'Show' }], Next: 'Show' });

    const { output } = await run(only(state, { Show: { Type: 'Pass', Output: '{% $exists($done) %}', End: true } }));

    expect(output).toBe(false);
  });

  it.each(['States.QueryEvaluationError', 'States.ALL', 'States.TaskFailed'])(
    'takes a failing expression in Arguments or Output by %s',
    async (name) => {
      const { run } = harness({ functions: { f: () => 1 } });
      const handler = { Catch: [{ ErrorEquals: [name], Output: '{% $states.errorOutput.Error %}', Next: 'Show' }], Next: 'Show' };

      const inArguments = await run(
        only(task({ Arguments: { FunctionName: 'f', Payload: '{% $states.input.nope %}' }, ...handler }), SHOW),
      );
      const inOutput = await run(only(task({ Output: '{% 1 + "x" %}', ...handler }), SHOW));

      expect(inArguments.output).toEqual({ caught: 'States.QueryEvaluationError' });
      expect(inOutput.output).toEqual({ caught: 'States.QueryEvaluationError' });
    },
  );

  it('fails the state where the catcher itself fails', async () => {
    const { run } = harness({ functions: { f: throwing('Flaky') } });

    const { status, error } = await run(
      only(task({ Catch: [{ ErrorEquals: ['Flaky'], Output: '{% $nope %}', Next: 'Show' }], Next: 'Show' }), SHOW),
    );

    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  });

  it.each([
    ['Map', map([1], task())],
    ['Parallel', parallel([task()])],
  ])('takes what a state inside a %s failed with, under its own name', async (_type, state) => {
    const { run } = harness({ functions: { f: throwing('Flaky') } });
    const recovering = {
      ...state,
      Catch: [{ ErrorEquals: ['Flaky'], Output: '{% $states.errorOutput.Error %}', Next: 'Show' }],
      Next: 'Show',
    };

    const { output } = await run(only(recovering, SHOW));

    expect(output).toEqual({ caught: 'Flaky' });
  });

  it('leaves the execution failed with error and cause where nobody takes it', async () => {
    const { run } = harness({ functions: { f: throwing('Flaky', 'no luck') } });

    const { status, error, cause, output } = await run(
      only(task({ Catch: [{ ErrorEquals: ['Other'], Next: 'Show' }], Next: 'Show' }), SHOW),
    );

    expect([status, error, output]).toEqual(['FAILED', 'Flaky', undefined]);
    expect(JSON.parse(cause ?? '')).toMatchObject({ errorType: 'Flaky', errorMessage: 'no luck' });
  });
});
