import { inspect } from 'node:util';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type StartLogger, startMessages } from '../../lambdas/start-messages.ts';
import { StepFunctionsEngine } from '../../lib/aws/step-functions-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { driveRun } from '../../lib/runtime/drive-run.ts';
import { EngineThrottledError, type WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { submitRun } from '../../lib/runtime/start-run.ts';
import { awsError, scriptCalls } from '../aws/scripted-calls.ts';
import { at, newRun, runSpec, task } from '../contract/factories.ts';

class Log implements StartLogger {
  readonly lines: [level: 'info' | 'error', message: string, details: Record<string, unknown>][] = [];

  info(message: string, details: Record<string, unknown>): void {
    this.lines.push(['info', message, details]);
  }

  error(message: string, details: Record<string, unknown>): void {
    this.lines.push(['error', message, details]);
  }
}

/** Message `m1` is about the first run, and so on. */
function messagesOf(...bodies: readonly string[]): SQSEvent {
  return { Records: bodies.map((body, n) => ({ messageId: `m${n + 1}`, body }) as SQSRecord) };
}
const about = (...runIds: readonly string[]) => messagesOf(...runIds.map((runId) => JSON.stringify({ run_id: runId })));
/** A queue that notes what is sent to it. */
function makeQueue() {
  const sent: [runId: string, delaySec: number][] = [];
  return { sent, send: async (runId: string, delaySec: number) => void sent.push([runId, delaySec]) };
}
const comeBack = (...messageIds: readonly string[]) => ({ batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a batch of messages', () => {
  it('is taken one after the other', async () => {
    const steps: string[] = [];
    const start = async (runId: string): Promise<void> => {
      steps.push(`${runId} begins`);
      await Promise.resolve();
      steps.push(`${runId} ends`);
    };
    const receive = startMessages({ start, queue: makeQueue(), logger: new Log() });

    expect(await receive(about('a', 'b'))).toEqual(comeBack());

    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on behind a message that comes back', async () => {
    const logger = new Log();
    const defect = Object.assign(new Error('defect'), { Item: { outputs: 'of a run' } });
    const started: string[] = [];
    const start = async (runId: string): Promise<void> => {
      if (runId === 'broken') throw defect;
      started.push(runId);
    };

    expect(await startMessages({ start, queue: makeQueue(), logger })(about('a', 'broken', 'b'))).toEqual(comeBack('m2'));

    expect(started).toEqual(['a', 'b']);
    expect(logger.lines).toMatchObject([['error', 'the run did not start', { message_id: 'm2', error: { message: 'defect' } }]]);
    expect(inspect(logger.lines)).not.toContain('of a run');
  });

  it('sends a run anew that must wait, which is no failure of its message', async () => {
    const logger = new Log();
    const queue = makeQueue();
    const start = async (): Promise<never> => {
      throw new EngineThrottledError('busy');
    };

    expect(await startMessages({ start, queue, logger })(about('a'))).toEqual(comeBack());

    expect(queue.sent).toEqual([['a', 30]]);
    expect(logger.lines).toEqual([['info', 'the run starts later', { message_id: 'm1' }]]);
  });

  it('has the message come back of a run that must wait and cannot be sent anew', async () => {
    const start = async (): Promise<never> => {
      throw new EngineThrottledError('busy');
    };
    const queue = { send: () => Promise.reject(new Error('no queue')) };

    expect(await startMessages({ start, queue, logger: new Log() })(about('a'))).toEqual(comeBack('m1'));
  });

  it('has messages come back that are none of ours, and starts nothing for them', async () => {
    const log = new Log();
    const started: string[] = [];
    const receive = startMessages({ start: async (runId) => void started.push(runId), queue: makeQueue(), logger: log });

    expect(await receive(messagesOf('hello', '{"run":"a"}'))).toEqual(comeBack('m1', 'm2'));

    expect(started).toEqual([]);
    expect(log.lines.map(([level]) => level)).toEqual(['error', 'error']);
  });
});

it('has a run looked after that is being paused, until the last of its attempts has ended', async () => {
  const store = new SqliteStore({ path: ':memory:' });
  const clock = new VirtualClock(Date.parse(at(3)), 'manual');
  const stopped: string[] = [];
  const engine: WorkflowEngine = {
    ensureMachine: async () => {},
    startExecution: async () => {},
    stopExecution: async (_, name) => void stopped.push(name),
    openGate: async () => false,
    failTask: async () => false,
    heartbeat: async () => false,
  };
  const runtime = makeRuntime({ store, engine, clock, dispatch: async () => ({}) });
  const queue = makeQueue();
  const ports = { runtime, blobs: new MemoryBlobStore(), queue };
  const receive = startMessages({ start: (runId) => driveRun(ports, runId), queue, logger: new Log() });
  await store.createRun(newRun('run', { machine: 'm' }), runSpec(2));
  await store.startRun('run', at(1));
  await store.claimTask('run', task(0), 1, at(2));
  await store.moveRun('run', ['executing'], 'pausing', at(3));

  for (const [seconds, next] of [
    [0, 2],
    [2, 2],
    [18, 10],
    [200, 60],
  ] as const) {
    await clock.advanceBy(seconds * 1000);
    expect(await receive(about('run'))).toEqual(comeBack());
    expect(queue.sent.splice(0)).toEqual([['run', next]]);
    expect(await store.getRun('run')).toMatchObject({ status: 'pausing' });
  }
  await store.completeTask('run', task(0), 1, {}, at(9));
  expect(await receive(about('run'))).toEqual(comeBack());

  expect(await store.getRun('run')).toMatchObject({ status: 'paused' });
  expect(queue.sent).toEqual([]);
  expect(new Set(stopped)).toEqual(new Set(['run-1']));
});

it.each([1, 2, 5])('starts a run whose machine Step Functions refused %i times', async (refusals) => {
  const sent = scriptCalls(SFNClient, ...Array.from({ length: refusals }, () => awsError('ThrottlingException')));
  const store = new SqliteStore({ path: ':memory:' });
  const blobs = new MemoryBlobStore();
  const engine = new StepFunctionsEngine({
    client: new SFNClient({ region: 'us-east-1' }),
    machines: { roleArn: 'arn:role', machineArn: (name) => `arn:machine:${name}` },
  });
  const clock = new VirtualClock(0, 'manual');
  const runtime = makeRuntime({ store, engine, clock, dispatch: async () => ({}) });
  const queue = makeQueue();
  const receive = startMessages({ start: (runId) => driveRun({ runtime, blobs, queue }, runId), queue, logger: new Log() });
  const start = ['StartExecutionCommand', { stateMachineArn: 'arn:machine:m', name: 'run-1', input: '{"run_id":"run"}' }];

  await submitRun(
    { runtime, blobs, queue },
    { run: { ...newRun('run'), folder: 'first' }, spec: runSpec(1), machines: [{ name: 'm', definition: '{}' }] },
  );

  for (let more = refusals - 1; more > 0; more--) {
    expect(await store.getRun('run')).toMatchObject({ status: 'queued' });
    expect(await receive(about('run'))).toEqual(comeBack());
  }
  expect(queue.sent).toEqual([['run', 60], ...Array.from({ length: refusals - 1 }, () => ['run', 30])]);
  expect(sent).not.toContainEqual(start);
  expect(await receive(about('run'))).toEqual(comeBack());
  expect(await store.getRun('run')).toMatchObject({ status: 'executing' });
  expect(sent.at(-1)).toEqual(start);
});
