import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionLimitExceeded,
  SFNClient,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { type MachineAddresses, type MachineOptions, StepFunctionsEngine } from '../../lib/aws/step-functions-engine.ts';
import { EngineThrottledError, MachineMissingError } from '../../lib/runtime/ports/workflow-engine.ts';
import { type Answer, awsError, countedBackoff, refusal, scriptCalls } from './scripted-calls.ts';

const MACHINES: MachineOptions = { roleArn: 'arn:role', machineArn: (name) => `arn:machine:${name}` };
const MACHINE = { name: 'm', definition: '{"StartAt":"a"}' };

function scriptedEngine(machines: MachineOptions | MachineAddresses | undefined, ...answers: readonly Answer[]) {
  const sent = scriptCalls(SFNClient, ...answers);
  const backoff = countedBackoff();
  const engine = new StepFunctionsEngine({ client: new SFNClient({ region: 'us-east-1' }), machines, backoff });
  return { engine, sent, pauses: backoff.pauses };
}

describe('ensureMachine', () => {
  test('makes a standard machine that neither logs nor traces unless told to', async () => {
    const { engine, sent } = scriptedEngine(MACHINES);

    await engine.ensureMachine(MACHINE);

    expect(sent).toEqual([
      [
        'CreateStateMachineCommand',
        {
          name: 'm',
          definition: '{"StartAt":"a"}',
          roleArn: 'arn:role',
          type: 'STANDARD',
          tracingConfiguration: { enabled: false },
        },
      ],
    ]);
  });

  test('makes it with the logging and tracing of the deployment', async () => {
    const logging = { level: 'ERROR' as const, includeExecutionData: false };
    const { engine, sent } = scriptedEngine({ ...MACHINES, logging, tracing: true });

    await engine.ensureMachine(MACHINE);

    expect(sent).toEqual([
      [
        'CreateStateMachineCommand',
        {
          name: 'm',
          definition: '{"StartAt":"a"}',
          roleArn: 'arn:role',
          type: 'STANDARD',
          loggingConfiguration: logging,
          tracingConfiguration: { enabled: true },
        },
      ],
    ]);
  });

  test('does not make again what this process has made', async () => {
    const { engine, sent } = scriptedEngine(MACHINES);

    await engine.ensureMachine(MACHINE);
    await engine.ensureMachine(MACHINE);

    expect(sent).toHaveLength(1);
  });

  test('takes a machine that is there already, whoever made it, and remembers it', async () => {
    const { engine, sent } = scriptedEngine(MACHINES, new StateMachineAlreadyExists(refusal));

    await engine.ensureMachine(MACHINE);
    await engine.ensureMachine(MACHINE);

    expect(sent).toHaveLength(1);
  });

  test('remembers a thousand machines, the latest ones', async () => {
    const { engine, sent } = scriptedEngine(MACHINES);
    for (let n = 0; n <= 1_000; n++) await engine.ensureMachine({ ...MACHINE, name: `m-${n}` });
    sent.length = 0;

    for (const name of ['m-1', 'm-1000', 'm-0']) await engine.ensureMachine({ ...MACHINE, name });

    expect(sent.map(([, input]) => input)).toMatchObject([{ name: 'm-0' }]);
  });

  test.each(['ThrottlingException', 'TooManyRequestsException', 'StateMachineLimitExceeded', 'StateMachineDeleting'])(
    'says that it must be tried later on %s, and tries then',
    async (name) => {
      const error = awsError(name);
      const { engine, sent } = scriptedEngine(MACHINES, error);

      const first = engine.ensureMachine(MACHINE);

      await expect(first).rejects.toBeInstanceOf(EngineThrottledError);
      await expect(first).rejects.toMatchObject({ cause: error });
      await engine.ensureMachine(MACHINE);
      expect(sent).toHaveLength(2);
    },
  );

  test('passes on what would be no better later', async () => {
    const error = awsError('InvalidDefinition');
    const { engine, sent } = scriptedEngine(MACHINES, error);

    await expect(engine.ensureMachine(MACHINE)).rejects.toBe(error);

    await engine.ensureMachine(MACHINE);
    expect(sent).toHaveLength(2);
  });
});

describe('startExecution', () => {
  const START = ['StartExecutionCommand', { stateMachineArn: 'arn:machine:m', name: 'run-1', input: '{"run_id":"run"}' }];
  const start = (engine: StepFunctionsEngine) => engine.startExecution('m', 'run-1', { run_id: 'run' });
  const absent = () => new StateMachineDoesNotExist(refusal);
  const awsDeleting = () => new StateMachineDeleting(refusal);

  test('is one call, under the name of the execution', async () => {
    const { engine, sent } = scriptedEngine(MACHINES);

    await start(engine);

    expect(sent).toEqual([START]);
  });

  test('has nothing to do where the execution is there already', async () => {
    const { engine, sent } = scriptedEngine(MACHINES, new ExecutionAlreadyExists(refusal));

    await expect(start(engine)).resolves.toBeUndefined();

    expect(sent).toEqual([START]);
  });

  test('tries again where the machine is not there yet', async () => {
    const { engine, sent, pauses } = scriptedEngine(MACHINES, absent(), absent());

    await start(engine);

    expect(sent).toEqual([START, START, START]);
    expect(pauses).toEqual([1, 2]);
  });

  test('says that the machine is missing where it does not come, and then makes it anew', async () => {
    const { engine, sent, pauses } = scriptedEngine(MACHINES, {}, absent(), absent(), absent());
    await engine.ensureMachine(MACHINE);

    await expect(start(engine)).rejects.toBeInstanceOf(MachineMissingError);

    expect(pauses).toEqual([1, 2]);
    await engine.ensureMachine(MACHINE);
    expect(sent.map(([command]) => command)).toEqual([
      'CreateStateMachineCommand',
      ...Array<string>(3).fill('StartExecutionCommand'),
      'CreateStateMachineCommand',
    ]);
  });

  test.each([
    ['is not there', [absent(), absent(), absent()], MachineMissingError],
    ['is being deleted', [awsDeleting()], EngineThrottledError],
  ])('where the machine %s, its parts are made anew with it: they may be gone too', async (_, answers, error) => {
    const part = { ...MACHINE, name: 'part' };
    const { engine, sent } = scriptedEngine(MACHINES, {}, {}, ...answers);
    const ensure = async () => {
      for (const each of [part, MACHINE]) await engine.ensureMachine(each);
    };
    await ensure();
    await expect(start(engine)).rejects.toBeInstanceOf(error);
    sent.length = 0;

    await ensure();

    expect(sent).toMatchObject([
      ['CreateStateMachineCommand', { name: 'part' }],
      ['CreateStateMachineCommand', { name: 'm' }],
    ]);
  });

  test('says that it must be tried later where there are too many executions', async () => {
    const { engine, sent, pauses } = scriptedEngine(MACHINES, new ExecutionLimitExceeded(refusal));

    await expect(start(engine)).rejects.toBeInstanceOf(EngineThrottledError);

    expect(sent).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  test('passes on what would be no better later', async () => {
    const error = awsError('AccessDeniedException');
    const { engine } = scriptedEngine(MACHINES, error);

    await expect(start(engine)).rejects.toBe(error);
  });
});

describe('stopExecution', () => {
  const machineArn = (name: string): string => `arn:aws-cn:states:cn-north-1:123456789012:stateMachine:${name}`;
  const stop = (engine: StepFunctionsEngine) => engine.stopExecution('m', 'run-2');
  const STOP = [
    'StopExecutionCommand',
    {
      executionArn: 'arn:aws-cn:states:cn-north-1:123456789012:execution:m:run-2',
      error: 'StoppedByTaskOrchestrator',
      cause: 'StoppedByTaskOrchestrator',
    },
  ];

  test('is one call, for which the address of machines is enough', async () => {
    const { engine, sent } = scriptedEngine({ machineArn });

    await stop(engine);

    expect(sent).toEqual([STOP]);
    await expect(engine.ensureMachine(MACHINE)).rejects.toThrow('this engine makes no machines');
  });

  test('has nothing to do where there is no such execution', async () => {
    const { engine, sent } = scriptedEngine({ ...MACHINES, machineArn }, new ExecutionDoesNotExist(refusal));

    await expect(stop(engine)).resolves.toBeUndefined();

    expect(sent).toEqual([STOP]);
  });

  test('has nothing to do where the execution is over, also where the engine refuses to stop such a one', async () => {
    const { engine, sent } = scriptedEngine({ ...MACHINES, machineArn }, awsError('ValidationException'));

    await expect(stop(engine)).resolves.toBeUndefined();

    expect(sent).toEqual([STOP]);
  });

  test('is tried again while it is throttled', async () => {
    const { engine, sent, pauses } = scriptedEngine({ machineArn }, awsError('ThrottlingException'), awsError('ThrottlingException'));

    await stop(engine);

    expect(sent).toEqual([STOP, STOP, STOP]);
    expect(pauses).toEqual([1, 2]);
  });

  test('says that it must be tried later where that does not help', async () => {
    const error = awsError('ThrottlingException');
    const { engine, sent } = scriptedEngine({ machineArn }, error, error, error);

    await expect(stop(engine)).rejects.toBeInstanceOf(EngineThrottledError);

    expect(sent).toHaveLength(3);
  });

  test('passes on what would be no better later', async () => {
    const error = awsError('AccessDeniedException');
    const { engine, sent } = scriptedEngine({ machineArn }, error);

    await expect(stop(engine)).rejects.toBe(error);

    expect(sent).toHaveLength(1);
  });
});

describe('an engine without machines', () => {
  test('makes, starts and stops nothing', async () => {
    const { engine, sent } = scriptedEngine(undefined);

    await expect(engine.ensureMachine(MACHINE)).rejects.toThrow('this engine only answers tokens');
    await expect(engine.startExecution('m', 'run-1', {})).rejects.toThrow('this engine only answers tokens');
    await expect(engine.stopExecution('m', 'run-1')).rejects.toThrow('this engine only answers tokens');

    expect(sent).toEqual([]);
  });

  test('answers tokens', async () => {
    const { engine, sent } = scriptedEngine(undefined);

    await engine.openGate('t');
    await engine.failTask('t', { name: 'TaskFailed', message: 'no luck' });
    await engine.heartbeat('t');

    expect(sent.map(([command]) => command)).toEqual(['SendTaskSuccessCommand', 'SendTaskFailureCommand', 'SendTaskHeartbeatCommand']);
  });
});
