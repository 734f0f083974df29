import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RunEvent } from '../runtime/ports/run-event.ts';
import { type Backoff, realBackoff } from './dynamodb/backoff.ts';
import { inBatches } from './dynamodb/in-batches.ts';
import { EventsRefusedError } from './errors.ts';

export const EVENT_SOURCE = 'task-orchestrator';
export const EVENT_DETAIL_TYPE = 'TaskOrchestrator Run Event';

const MAX_BATCH = 10;
/** Ten of them stay far below the 256 KB that a call may have. */
const MAX_MESSAGE_LENGTH = 4_000;

export interface EventBridgeSinkOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly backoff?: Backoff;
}

/** Publishes events of runs on a bus. An event may be published more than once; `run_id` and `seq` tell. */
export class EventBridgeSink {
  readonly #client: EventBridgeClient;
  readonly #busName: string;
  readonly #backoff: Backoff;

  constructor({ client, busName, backoff = realBackoff }: EventBridgeSinkOptions) {
    this.#client = client;
    this.#busName = busName;
    this.#backoff = backoff;
  }

  /** @throws EventsRefusedError */
  async publish(events: readonly RunEvent[]): Promise<void> {
    const entries = events.map((event) => this.#entryOf(event));
    for (const batch of inBatches(entries, MAX_BATCH)) await this.#put(batch);
  }

  /** Puts a batch, and again those of it that are refused. */
  async #put(batch: readonly PutEventsRequestEntry[]): Promise<void> {
    let left = batch;
    for (let tries = 1; ; tries++) {
      const { Entries: results = [] } = await this.#client.send(new PutEventsCommand({ Entries: [...left] }));
      const refusals = results.filter((result) => result.ErrorCode !== undefined);
      if (refusals.length === 0) return;
      if (tries >= this.#backoff.maxTries)
        throw new EventsRefusedError(`${refusals.length} events were refused: ${refusals[0]!.ErrorCode}`);
      left = left.filter((_, i) => results[i]?.ErrorCode !== undefined);
      await this.#backoff.pause(tries);
    }
  }

  #entryOf(event: RunEvent): PutEventsRequestEntry {
    const error = event.error && { ...event.error, message: event.error.message.slice(0, MAX_MESSAGE_LENGTH) };
    return {
      EventBusName: this.#busName,
      Source: EVENT_SOURCE,
      DetailType: EVENT_DETAIL_TYPE,
      Time: new Date(event.at),
      Detail: JSON.stringify({ ...event, ...(error && { error }) }),
    };
  }
}
