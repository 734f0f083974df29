import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type PublishPorts, publishChanges } from '../../lambdas/publish-changes.ts';
import type { NewEvent } from '../../lib/aws/dynamodb/events-of.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { imageOf } from '../aws/dynamodb/images.ts';
import { runItem, taskItem } from '../aws/dynamodb/items.ts';
import { at } from '../contract/factories.ts';
import { countedMetrics } from './counted-metrics.ts';

const change = (was: object, now: object) => ({ dynamodb: { OldImage: imageOf(was), NewImage: imageOf(now) } }) as DynamoDBRecord;
const batchOf = (...Records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records });

const COMPLETED = change(taskItem(1), taskItem(1, { status: 'completed', changed_at: at(5), completed_at: at(5) }));
const FAILED = change(runItem(), runItem({ status: 'failed', changed_at: at(6), completed_at: at(6), totals: '{}' }));

/** Ports that note each step, and of which one may fail. */
function notedPorts(failing?: 'append' | 'publish') {
  const steps: string[] = [];
  const { metrics, added } = countedMetrics();
  const note = (step: 'append' | 'publish', events: readonly Pick<RunEvent, 'type'>[]): void => {
    steps.push(`${step} ${events.map(({ type }) => type).join(' ')}`);
    if (step === failing) throw new Error('no luck');
  };
  const ports: PublishPorts = {
    log: {
      append: async (_, events: readonly NewEvent[]) => {
        note('append', events);
        return events.map((event, n) => ({ ...event, seq: n + 1 }));
      },
    },
    sink: { publish: async (events) => note('publish', events) },
    metrics,
  };
  const counts = () => added.filter(([, unit]) => unit === 'Count').map(([name, , value]) => [name, value]);
  return { publish: publishChanges(ports), steps, counts };
}

it('puts events into the log, then onto the bus, then into the metrics', async () => {
  const { publish, steps, counts } = notedPorts();

  await publish(batchOf(COMPLETED, FAILED));

  expect(steps).toEqual(['append task.completed run.failed', 'publish task.completed run.failed']);
  expect(counts()).toEqual([
    ['PlansFailed', 1],
    ['TasksCompleted', 1],
  ]);
});

it('publishes events with their place in the log', async () => {
  const published: RunEvent[] = [];
  const publish = publishChanges({
    log: { append: async (_, events) => events.map((event, n) => ({ ...event, seq: 40 + n })) },
    sink: { publish: async (events) => void published.push(...events) },
    metrics: countedMetrics().metrics,
  });

  await publish(batchOf(COMPLETED, FAILED));

  expect(published).toEqual([
    { seq: 40, at: at(5), run_id: 'run', type: 'task.completed', task_id: 'task-1', attempt: 1 },
    { seq: 41, at: at(6), run_id: 'run', type: 'run.failed' },
  ]);
});

describe('a batch that fails comes back whole, and counts nothing', () => {
  it.each([
    ['append', ['append task.completed']],
    ['publish', ['append task.completed', 'publish task.completed']],
  ] as const)('at %s', async (failing, expected) => {
    const { publish, steps, counts } = notedPorts(failing);

    await expect(publish(batchOf(COMPLETED))).rejects.toThrow('no luck');

    expect(steps).toEqual(expected);
    expect(counts()).toEqual([]);
  });
});

it('has nothing to tell of items that make no events', async () => {
  const { publish, steps, counts } = notedPorts();
  const gate = { PK: 'RUN#run', SK: 'GATE#000005', expires_at: 1 };

  await publish(batchOf(change(gate, { ...gate, expires_at: 2 })));

  expect(steps).toEqual(['publish ']);
  expect(counts()).toEqual([]);
});
