import { SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { StepFunctionsEngine } from '../../lib/aws/step-functions-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { RealClock } from '../../lib/local/real-clock.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { driveRun } from '../../lib/runtime/drive-run.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { submitRun } from '../../lib/runtime/start-run.ts';
import { runSpec } from '../contract/factories.ts';
import { countedBackoff, refusal, scriptCalls } from './scripted-calls.ts';

const MACHINES = ['part', 'whole'].map((name) => ({ name, definition: `{"Comment":"${name}"}` }));

function submitPorts() {
  const engine = new StepFunctionsEngine({
    client: new SFNClient({ region: 'us-east-1' }),
    machines: { roleArn: 'arn:role', machineArn: (name) => `arn:${name}` },
    backoff: countedBackoff(),
  });
  const dispatch = (): never => {
    throw new Error('no tasks are carried out here');
  };
  const runtime = makeRuntime({ store: new SqliteStore({ path: ':memory:' }), engine, dispatch, clock: new RealClock() });
  return { runtime, blobs: new MemoryBlobStore(), queue: { send: async () => {} } };
}

test('a run whose machine is deleted under its start is started with all its machines made anew', async () => {
  const ports = submitPorts();
  const submit = (run_id: string) =>
    submitRun(ports, { run: { run_id, plan_id: 'p', goal_id: null, context: {}, folder: 'first' }, spec: runSpec(1), machines: MACHINES });
  scriptCalls(SFNClient);
  await submit('earlier');
  const gone = () => new StateMachineDoesNotExist(refusal);
  const refused = scriptCalls(SFNClient, gone(), gone(), gone());

  await submit('run'); // this process thinks that the machines are there
  const sent = scriptCalls(SFNClient);
  await driveRun(ports, 'run');

  expect(refused.map(([command]) => command)).toEqual(Array(3).fill('StartExecutionCommand'));
  expect(sent).toMatchObject([
    ['CreateStateMachineCommand', { name: 'part' }],
    ['CreateStateMachineCommand', { name: 'whole' }],
    ['StartExecutionCommand', { stateMachineArn: 'arn:whole', name: 'run-1' }],
  ]);
});
