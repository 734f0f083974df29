import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { appendEvents, type StreamRecord } from '../lib/aws/dynamodb/append-events.ts';
import type { EventLog } from '../lib/aws/dynamodb/event-log.ts';
import type { EventBridgeSink } from '../lib/aws/event-bridge-sink.ts';
import { measureChanges } from './change-times.ts';
import { countEvents } from './event-metrics.ts';

export interface PublishPorts {
  readonly log: Pick<EventLog, 'append'>;
  readonly sink: Pick<EventBridgeSink, 'publish'>;
  readonly metrics: Pick<Metrics, 'addMetric'>;
}

/**
 * Takes a batch of the table's stream: the events it makes go to their runs' logs, then onto the bus, then into the metrics.
 * A batch that fails comes back whole. Events keep their seq then and may be published again; they are counted only once the
 * batch has come through.
 */
export function publishChanges({ log, sink, metrics }: PublishPorts): (batch: DynamoDBStreamEvent) => Promise<void> {
  return async ({ Records }) => {
    const events = await appendEvents(log, Records as readonly StreamRecord[]);
    await sink.publish(events);
    countEvents(metrics, events);
    measureChanges(metrics, Records);
  };
}
