import { describe, expect, it } from 'vitest';
import { define, type Functions, type Harness, harness, only, task, throwing } from './harness.ts';

const CHILD = 'arn:aws:states:us-east-1:000000000000:stateMachine:child';

function withChild(functions: Functions, child: object = only(task())): Harness {
  const made = harness({ functions });
  made.stepFunctions.createStateMachine({ name: 'child', definition: define(child) });
  return made;
}

function nested(fields: object = {}, args: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: { StateMachineArn: CHILD, Input: { n: '{% $states.input.n %}' }, ...args },
    ...fields,
  };
}

describe('startExecution.sync:2', () => {
  it('gives the description of the child, with input and output as JSON', async () => {
    const { run, eventTypes } = withChild({ f: (payload) => ({ got: payload }) });

    const { output, executionArn, transitions } = await run(only(nested({}, { Name: 'c' })), { n: 3 });

    expect(output).toMatchObject({
      ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:child:c',
      StateMachineArn: CHILD,
      Name: 'c',
      Status: 'SUCCEEDED',
      Input: { n: 3 },
      Output: { got: { n: 3 } },
    });
    expect(transitions).toBe(1);
    expect(eventTypes(executionArn)).toEqual([
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

  it('fails with States.TaskFailed and the description as its cause', async () => {
    const { run } = withChild({ f: throwing('Bad', 'no luck') });

    const { error, cause } = await run(only(nested()), { n: 3 });

    expect(error).toBe('States.TaskFailed');
    const description = JSON.parse(cause ?? '') as { Cause: string };
    expect(description).toMatchObject({ Status: 'FAILED', Error: 'Bad', StateMachineArn: CHILD });
    expect(JSON.parse(description.Cause)).toMatchObject({ errorType: 'Bad', errorMessage: 'no luck' });
  });

  it('stops the child when it times out', async () => {
    const { run, stepFunctions } = withChild({ f: (_payload, _call, { sleep }) => sleep(100) });

    const { error } = await run(only(nested({ TimeoutSeconds: 10 }, { Name: 'c' })), { n: 3 });

    expect(error).toBe('States.Timeout');
    expect(stepFunctions.describeExecution('arn:aws:states:us-east-1:000000000000:execution:child:c').status).toBe('ABORTED');
  });

  it.each([
    ['an unknown machine', { StateMachineArn: `${CHILD}-not` }, 'StepFunctions.StateMachineDoesNotExistException'],
    ['an impossible name', { Name: 'a b' }, 'StepFunctions.InvalidNameException'],
    ['a machine that is no text', { StateMachineArn: '{% 1 %}' }, 'States.QueryEvaluationError'],
  ])('fails at once for %s, and leaves no timer', async (_what, args, error) => {
    const { run, clock } = withChild({});

    expect((await run(only(nested({ TimeoutSeconds: 10 }, args)), { n: 3 })).error).toBe(error);
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses a name that is taken', async () => {
    const { run } = withChild({ f: () => 1 });
    const machine = {
      StartAt: 'A',
      States: { A: nested({ Output: { n: 4 }, Next: 'B' }, { Name: 'c' }), B: nested({ End: true }, { Name: 'c' }) },
    };

    expect((await run(machine, { n: 3 })).error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  });
});
