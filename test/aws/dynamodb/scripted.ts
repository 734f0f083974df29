import { ConditionalCheckFailedException, DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Backoff } from '../../../lib/aws/dynamodb/backoff.ts';
import { DynamoStore, type DynamoStoreOptions } from '../../../lib/aws/dynamodb/dynamo-store.ts';
import type { Image } from '../../../lib/aws/dynamodb/image.ts';
import { TableClient } from '../../../lib/aws/dynamodb/table-client.ts';

export const TABLE = 'table';
/** 2026-01-01T00:00:00Z; items that expire do so 400 days later. */
export const NOW_MS = 1_767_225_600_000;
export const EXPIRY_SEC = 1_767_225_600 + 400 * 86_400;

export type Sent = [command: string, input: unknown];
export type Answer = object | Error;

export interface Script {
  readonly client: DynamoDBClient;
  /** What was sent, in order. */
  readonly sent: Sent[];
  /** After how many tries there was a pause. */
  readonly pauses: number[];
  readonly backoff: Backoff;
}

/** A DynamoDB that gives these answers, one a call, then empty ones. It takes the place of the one before. */
export function script(...answers: readonly Answer[]): Script {
  const rest = [...answers];
  const sent: Sent[] = [];
  const pauses: number[] = [];
  const mock = mockClient(DynamoDBDocumentClient);
  mock.send.callsFake(async (command) => {
    sent.push([command.constructor.name, structuredClone(command.input)]); // paginators reuse their input
    const answer = rest.shift() ?? {};
    if (answer instanceof Error) throw answer;
    return answer as never;
  });
  const backoff: Backoff = {
    maxTries: 3,
    pause: async (tries) => {
      pauses.push(tries);
    },
  };
  return { client: new DynamoDBClient({ region: 'us-east-1' }), sent, pauses, backoff };
}

export function scriptedTable(...answers: readonly Answer[]): Script & { table: TableClient } {
  const scripted = script(...answers);
  return { ...scripted, table: new TableClient(scripted.client, TABLE, scripted.backoff) };
}

/** Ids are `id-1`, `id-2`, … */
export function scriptedStore(options: Partial<DynamoStoreOptions>, ...answers: readonly Answer[]): Script & { store: DynamoStore } {
  const scripted = script(...answers);
  let ids = 0;
  const { client, backoff } = scripted;
  return {
    ...scripted,
    store: new DynamoStore({ client, table: TABLE, backoff, now: () => NOW_MS, newId: () => `id-${++ids}`, ...options }),
  };
}

/** The condition was not met, by this item. */
export function refused(item?: Image): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    $metadata: {},
    message: 'The conditional request failed',
    ...(item && { Item: { ...item } }),
  });
}

export function cancelled(...reasons: readonly { Code: string; Item?: Image }[]): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons: reasons.map(({ Code, Item }) => ({ Code, ...(Item && { Item: { ...Item } }) })),
  });
}

export function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** `#a` for the attribute `a`. */
export function names(...attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]));
}
