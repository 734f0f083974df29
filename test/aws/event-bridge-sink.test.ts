import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { EventBridgeSink } from '../../lib/aws/event-bridge-sink.ts';
import { MAX_ID_LENGTH } from '../../lib/model/plan.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { at } from '../contract/factories.ts';
import { type Answer, awsError, countedBackoff, scriptCalls } from './scripted-calls.ts';

const MAX_CALL_BYTES = 256 * 1024;

interface Entry {
  readonly Time: Date;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

function scriptedSink(...answers: readonly Answer[]) {
  const sent = scriptCalls(EventBridgeClient, ...answers);
  const backoff = countedBackoff();
  const sink = new EventBridgeSink({ client: new EventBridgeClient({ region: 'us-east-1' }), busName: 'bus', backoff });
  const calls = () => sent.map(([, input]) => (input as { Entries: Entry[] }).Entries);
  const seqs = () => calls().map((entries) => entries.map(({ Detail }) => (JSON.parse(Detail) as RunEvent).seq));
  return { sink, sent, calls, seqs, pauses: backoff.pauses };
}

const event = (seq: number, parts: Partial<RunEvent> = {}): RunEvent => ({
  seq,
  at: at(seq),
  run_id: 'run',
  type: 'task.completed',
  task_id: 'a',
  attempt: 1,
  ...parts,
});
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n + 1));
/** As EventBridge answers: an entry each, of which `x` is refused. */
const answer = (pattern: string) => ({
  FailedEntryCount: [...pattern].filter((each) => each === 'x').length,
  Entries: [...pattern].map((each, n) => (each === 'x' ? { ErrorCode: 'ThrottlingException' } : { EventId: `${n}` })),
});

/** As EventBridge counts: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
function sizeBytes({ Source, DetailType, Detail }: Entry): number {
  const timeBytes = 14;
  return timeBytes + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}

test('publishes an event with all that it says, at its time', async () => {
  const { sink, sent } = scriptedSink(answer('.'));
  const failure = event(7, { type: 'task.failed', error: { code: 'E5202', message: 'no luck' } });

  await sink.publish([failure]);

  expect(sent).toEqual([
    [
      'PutEventsCommand',
      {
        Entries: [
          {
            EventBusName: 'bus',
            Source: 'task-orchestrator',
            DetailType: 'TaskOrchestrator Run Event',
            Time: new Date('2026-01-01T00:00:07.000Z'),
            Detail: JSON.stringify(failure),
          },
        ],
      },
    ],
  ]);
});

describe('batches', () => {
  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('%i events make calls of %j', async (count, sizes) => {
    const { sink, calls, seqs } = scriptedSink();

    await sink.publish(events(count));

    expect(calls().map((entries) => entries.length)).toEqual(sizes);
    expect(seqs().flat()).toEqual(events(count).map(({ seq }) => seq));
  });

  test('ten of the largest events there are fit into a call', async () => {
    const { sink, calls } = scriptedSink();
    // control characters take six bytes in JSON
    const largest = event(9_999_999_999, {
      at: at(0),
      run_id: crypto.randomUUID(),
      type: 'task.executing',
      task_id: '\u0001'.repeat(MAX_ID_LENGTH),
      attempt: 1_000,
      error: { code: 'E5202', message: '\u0001'.repeat(16_384) },
    });

    await sink.publish(Array<RunEvent>(10).fill(largest));

    const [entries] = calls();
    expect(entries).toHaveLength(10);
    expect(entries!.map(sizeBytes).reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(MAX_CALL_BYTES);
  });

  test('a message is cut only where it is longer than 4,000 characters', async () => {
    const { sink, calls } = scriptedSink();
    const failure = (length: number) => event(1, { error: { code: 'E5202', message: 'm'.repeat(length) } });

    await sink.publish([failure(4_000), failure(4_001)]);

    const details = calls()[0]!.map(({ Detail }) => JSON.parse(Detail) as RunEvent);
    expect(details).toEqual([failure(4_000), failure(4_000)]);
  });
});

describe('refused events', () => {
  test('are put again, they alone, until all are taken', async () => {
    const { sink, seqs, pauses } = scriptedSink(answer('.x.x'), answer('x.'), answer('.'));

    await sink.publish(events(4));

    expect(seqs()).toEqual([[1, 2, 3, 4], [2, 4], [2]]);
    expect(pauses).toEqual([1, 2]);
  });

  test('hold up the batches behind them', async () => {
    const { sink, seqs } = scriptedSink(answer('x.........'), answer('.'), answer('..'));

    await sink.publish(events(12));

    expect(seqs()).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1], [11, 12]]);
  });

  test('are an error once there have been too many tries', async () => {
    const { sink, seqs, pauses } = scriptedSink(answer('xx'), answer('xx'), answer('xx'));

    await expect(sink.publish(events(2))).rejects.toMatchObject({
      name: 'EventsRefusedError',
      code: 'E5200',
      message: '2 events were refused: ThrottlingException',
    });

    expect(seqs()).toHaveLength(3);
    expect(pauses).toEqual([1, 2]);
  });
});

test('passes on what the SDK gave up on', async () => {
  const error = awsError('ThrottlingException');
  const { sink, sent } = scriptedSink(error);

  await expect(sink.publish(events(1))).rejects.toBe(error);

  expect(sent).toHaveLength(1);
});
