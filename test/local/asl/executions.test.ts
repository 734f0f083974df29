import { describe, expect, it } from 'vitest';
import { define, harness, only, START_MS, task } from './harness.ts';

const PASS = define(only({ Type: 'Pass' }));
const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const named = (name: string): unknown => expect.objectContaining({ name });

describe('createStateMachine', () => {
  it('changes nothing for the same name and definition, and refuses another definition', () => {
    const { stepFunctions } = harness();

    expect(stepFunctions.createStateMachine({ name: 'm', definition: PASS })).toEqual({ stateMachineArn: ARN });
    expect(stepFunctions.createStateMachine({ name: 'm', definition: PASS })).toEqual({ stateMachineArn: ARN });
    expect(() => stepFunctions.createStateMachine({ name: 'm', definition: `${PASS} ` })).toThrow(named('StateMachineAlreadyExists'));
  });

  it('keeps the name free where the definition is rejected or deleted', () => {
    const { stepFunctions } = harness();

    expect(() => stepFunctions.createStateMachine({ name: 'm', definition: '{}' })).toThrow(named('InvalidDefinition'));
    stepFunctions.createStateMachine({ name: 'm', definition: PASS });
    stepFunctions.deleteStateMachine(ARN);
    expect(() => stepFunctions.startExecution({ stateMachineArn: ARN })).toThrow(named('StateMachineDoesNotExist'));
    stepFunctions.createStateMachine({ name: 'm', definition: `${PASS} ` });
  });

  it.each(['x', 'x'.repeat(80), 'a-b_c.1', 'é+=@!()'])('takes the name %j', (name) => {
    expect(() => harness().stepFunctions.createStateMachine({ name, definition: PASS })).not.toThrow();
  });

  it.each(['', 'x'.repeat(81), 'a b', 'a\tb', 'a\u0000', '\ud83d\ude00', ...'<>{}[]?*"#%\\^|~`$&,;:/'])('refuses the name %j', (name) => {
    const { stepFunctions } = harness();
    stepFunctions.createStateMachine({ name: 'm', definition: PASS });

    expect(() => stepFunctions.createStateMachine({ name, definition: PASS })).toThrow(named('InvalidName'));
    expect(() => stepFunctions.startExecution({ stateMachineArn: ARN, name })).toThrow(named('InvalidName'));
  });
});

describe('startExecution', () => {
  it('gives the same execution for the same name and input while it runs, and none else', async () => {
    const { start, stepFunctions } = harness();
    const arn = start(only({ Type: 'Wait', Seconds: 10 }), { a: 1, b: [2] });
    const again = (input: unknown): string =>
      stepFunctions.startExecution({ stateMachineArn: arn.replace(/execution:(.*):e/, 'stateMachine:$1'), name: 'e', input }).executionArn;

    expect(again({ b: [2], a: 1 })).toBe(arn);
    expect(() => again({ a: 1, b: [3] })).toThrow(named('ExecutionAlreadyExists'));
    await stepFunctions.waitForExecution(arn);
    expect(() => again({ a: 1, b: [2] })).toThrow(named('ExecutionAlreadyExists'));
  });

  it('begins only after the caller is through', () => {
    const calls: unknown[] = [];
    const { start } = harness({ functions: { f: (payload) => void calls.push(payload) } });

    start(only(task()));

    expect(calls).toEqual([]);
  });

  it('keeps a copy of the input', async () => {
    const { start, stepFunctions } = harness();
    const input = { list: [1] };
    const arn = start(only({ Type: 'Pass' }), input);
    input.list.push(2);

    expect((await stepFunctions.waitForExecution(arn)).output).toEqual({ list: [1] });
  });

  it.each([[null], [0], [''], [[]], [false]])('takes %j as an input', async (input) => {
    expect((await harness().run(only({ Type: 'Pass' }), input)).output).toEqual(input);
  });

  it.each([[Number.NaN], [() => 1], [{ a: 1n }]])('refuses an input that is not JSON', (input) => {
    expect(() => harness().start(only({ Type: 'Pass' }), input)).toThrow(named('InvalidExecutionInput'));
  });
});

describe('describeExecution', () => {
  it('tells times, counts and the outcome', async () => {
    const { start, stepFunctions } = harness();
    const arn = start(only({ Type: 'Wait', Seconds: 10 }), 7);

    expect(stepFunctions.describeExecution(arn)).toEqual({
      executionArn: arn,
      stateMachineArn: arn.replace(/execution:(.*):e/, 'stateMachine:$1'),
      name: 'e',
      status: 'RUNNING',
      startDate: new Date(START_MS),
      historyEvents: 1,
      transitions: 0,
    });
    expect(await stepFunctions.waitForExecution(arn)).toMatchObject({
      status: 'SUCCEEDED',
      output: 7,
      stopDate: new Date(START_MS + 10_000),
      historyEvents: 4,
      transitions: 1,
    });
  });

  it('remembers only so many finished executions, the latest, and forgets at will', async () => {
    const { stepFunctions } = harness({ finishedExecutionsKept: 2 });
    const { stateMachineArn } = stepFunctions.createStateMachine({ name: 'm', definition: PASS });
    const arns: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const { executionArn } = stepFunctions.startExecution({ stateMachineArn, name });
      arns.push(executionArn);
      await stepFunctions.waitForExecution(executionArn);
    }
    const [one = '', two = '', three = ''] = arns;

    expect(() => stepFunctions.describeExecution(one)).toThrow(named('ExecutionDoesNotExist'));
    expect(stepFunctions.describeExecution(two).status).toBe('SUCCEEDED');
    stepFunctions.forgetExecution(three);
    expect(() => stepFunctions.describeExecution(three)).toThrow(named('ExecutionDoesNotExist'));
    await expect(stepFunctions.waitForExecution(three)).rejects.toThrow(named('ExecutionDoesNotExist'));
    expect(() => stepFunctions.stopExecution(three)).toThrow(named('ExecutionDoesNotExist'));
  });
});
