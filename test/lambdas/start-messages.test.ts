import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type StartLogger, startMessages } from '../../lambdas/start-messages.ts';
import { StepFunctionsEngine } from '../../lib/aws/step-functions-engine.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { EngineThrottledError } from '../../lib/runtime/ports.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { startQueued, submitRun } from '../../lib/runtime/start-run.ts';
import { awsError, scriptCalls } from '../aws/scripted-calls.ts';
import { newRun, runSpec } from '../contract/factories.ts';

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
const comeBack = (...messageIds: readonly string[]) => ({ batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a batch of messages', () => {
  it('is taken one after the other', async () => {
    const steps: string[] = [];
    const receive = startMessages(async (runId) => {
      steps.push(`${runId} begins`);
      await Promise.resolve();
      steps.push(`${runId} ends`);
    }, new Log());

    expect(await receive(about('a', 'b'))).toEqual(comeBack());

    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on behind a message that comes back', async () => {
    const log = new Log();
    const defect = new Error('defect');
    const failures = new Map<string, Error>([
      ['busy', new EngineThrottledError('busy')],
      ['broken', defect],
    ]);
    const started: string[] = [];
    const receive = startMessages(async (runId) => {
      const failure = failures.get(runId);
      if (failure !== undefined) throw failure;
      started.push(runId);
    }, log);

    expect(await receive(about('a', 'busy', 'b', 'broken', 'c'))).toEqual(comeBack('m2', 'm4'));

    expect(started).toEqual(['a', 'b', 'c']);
    expect(log.lines).toEqual([
      ['info', 'the run starts later', { message_id: 'm2' }],
      ['error', 'the run did not start', { message_id: 'm4', error: defect }],
    ]);
  });

  it('has messages come back that are none of ours, and starts nothing for them', async () => {
    const log = new Log();
    const started: string[] = [];
    const receive = startMessages(async (runId) => void started.push(runId), log);

    expect(await receive(messagesOf('hello', '{"run":"a"}'))).toEqual(comeBack('m1', 'm2'));

    expect(started).toEqual([]);
    expect(log.lines.map(([level]) => level)).toEqual(['error', 'error']);
  });
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
  const queued: string[] = [];
  const queue = { send: async (runId: string) => void queued.push(runId) };
  const receive = startMessages((runId) => startQueued({ runtime, blobs }, runId), new Log());
  const start = ['StartExecutionCommand', { stateMachineArn: 'arn:machine:m', name: 'run-1', input: '{"run_id":"run"}' }];

  await submitRun({ runtime, blobs, queue }, { run: newRun('run'), spec: runSpec(1), machines: [{ name: 'm', definition: '{}' }] });

  for (let more = refusals - 1; more > 0; more--) {
    expect(await store.getRun('run')).toMatchObject({ status: 'queued' });
    expect(await receive(about(...queued))).toEqual(comeBack('m1'));
  }
  expect(sent).not.toContainEqual(start);
  expect(await receive(about(...queued))).toEqual(comeBack());
  expect(await store.getRun('run')).toMatchObject({ status: 'executing' });
  expect(sent.at(-1)).toEqual(start);
});
