import { ConditionalCheckFailedException, type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Backoff, realBackoff } from './backoff.ts';
import { StoreBusyError } from './errors.ts';
import { expressions, type Parts } from './expressions.ts';
import { type Image, readImage } from './image.ts';
import { inBatches, mapAtMost } from './in-batches.ts';
import { type ItemKey, isPossible } from './table.ts';

/** BatchGetItem takes no more. */
const MAX_BATCH_KEYS = 100;
/** BatchWriteItem takes no more. */
const MAX_BATCH_WRITES = 25;
const CONCURRENT_CALLS = 8;

type Item = Record<string, unknown>;
export type TransactWrite = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type BatchWrites = NonNullable<BatchWriteCommandInput['RequestItems']>[string];
type ReturnedValues = 'ALL_NEW' | 'ALL_OLD';

/** What a conditional write came to: the attributes it was asked to return, or the item that did not meet the condition. */
export type WriteResult =
  | { readonly written: true; readonly attributes: Item | undefined }
  | { readonly written: false; readonly item: Item };

/** Of each write the item that did not meet its condition, where that was the reason; empty where the write does not ask for it. */
export type TransactionResult = { readonly written: true } | { readonly written: false; readonly refused: readonly (Item | undefined)[] };

/** The table's calls: reads are consistent, pages and batches are followed to their end, what DynamoDB leaves undone is tried again. */
export class TableClient {
  readonly name: string;
  readonly #client: DynamoDBDocumentClient;
  readonly #backoff: Backoff;

  constructor(client: DynamoDBClient, name: string, backoff: Backoff = realBackoff) {
    this.name = name;
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#backoff = backoff;
  }

  async get<T extends ItemKey>(key: ItemKey, projection?: string): Promise<T | undefined> {
    if (!isPossible(key)) return undefined;
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true, ...expressions({ ...(projection && { projection }) }) }),
    );
    return Item as T | undefined;
  }

  /** The items there are, in no order. */
  async getAll<T extends ItemKey>(keys: readonly ItemKey[], projection?: string): Promise<T[]> {
    const batches = await mapAtMost(CONCURRENT_CALLS, inBatches(keys, MAX_BATCH_KEYS), (batch) => this.#getBatch(batch, projection));
    return batches.flat() as T[];
  }

  async #getBatch(keys: readonly ItemKey[], projection: string | undefined): Promise<Item[]> {
    const shown = expressions({ ...(projection && { projection }) });
    const items: Item[] = [];
    let missing: readonly Item[] = keys.map((key) => ({ ...key }));
    for (let tries = 1; ; tries++) {
      const { Responses, UnprocessedKeys } = await this.#client.send(
        new BatchGetCommand({ RequestItems: { [this.name]: { Keys: [...missing], ConsistentRead: true, ...shown } } }),
      );
      const found = Responses?.[this.name] ?? [];
      items.push(...found);
      missing = UnprocessedKeys?.[this.name]?.Keys ?? [];
      if (missing.length === 0) return items;
      // a large batch comes in several answers; only one without any progress counts
      if (found.length > 0) tries = 0;
      else if (tries >= this.#backoff.maxTries) throw new StoreBusyError(`${missing.length} items could not be read`);
      if (found.length === 0) await this.#backoff.pause(tries);
    }
  }

  /** The items of one partition, read page by page as they are asked for. */
  async *query<T extends ItemKey>(parts: Parts, options: Partial<QueryCommandInput> = {}): AsyncGenerator<T, void, undefined> {
    const input = { TableName: this.name, ConsistentRead: true, ...expressions(parts), ...options };
    for await (const page of paginateQuery({ client: this.#client }, input)) yield* (page.Items ?? []) as T[];
  }

  async put(item: ItemKey, condition?: string): Promise<WriteResult> {
    return this.#write(() =>
      this.#client.send(
        new PutCommand({
          TableName: this.name,
          Item: { ...item },
          ...expressions({ ...(condition && { condition }) }),
          ...(condition && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        }),
      ),
    );
  }

  /** @returns the item that was there before */
  async replace<T extends ItemKey>(item: T): Promise<T | undefined> {
    const send = () => this.#client.send(new PutCommand({ TableName: this.name, Item: { ...item }, ReturnValues: 'ALL_OLD' }));
    return (await this.#unlessInConflict(send)).Attributes as T | undefined;
  }

  /** Deletes an item. @returns what it was */
  async take<T extends ItemKey>(key: ItemKey): Promise<T | undefined> {
    if (!isPossible(key)) return undefined;
    const send = () => this.#client.send(new DeleteCommand({ TableName: this.name, Key: key, ReturnValues: 'ALL_OLD' }));
    return (await this.#unlessInConflict(send)).Attributes as T | undefined;
  }

  /** Deletes items, whether they are there or not. */
  async deleteAll(keys: readonly ItemKey[]): Promise<void> {
    await mapAtMost(CONCURRENT_CALLS, inBatches(keys, MAX_BATCH_WRITES), (batch) => this.#deleteBatch(batch));
  }

  async #deleteBatch(keys: readonly ItemKey[]): Promise<void> {
    let left: BatchWrites = keys.map(({ PK, SK }) => ({ DeleteRequest: { Key: { PK, SK } } }));
    for (let tries = 1; ; tries++) {
      const { UnprocessedItems } = await this.#client.send(new BatchWriteCommand({ RequestItems: { [this.name]: left } }));
      const rest = UnprocessedItems?.[this.name] ?? [];
      if (rest.length === 0) return;
      // only an answer without any progress counts
      if (rest.length < left.length) tries = 0;
      else if (tries >= this.#backoff.maxTries) throw new StoreBusyError(`${rest.length} items could not be deleted`);
      left = rest;
      await this.#backoff.pause(Math.max(1, tries));
    }
  }

  async update(key: ItemKey, parts: Parts, returned?: ReturnedValues): Promise<WriteResult> {
    return this.#write(() =>
      this.#client.send(
        new UpdateCommand({
          TableName: this.name,
          Key: key,
          ...expressions(parts),
          ...(parts.condition && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
          ...(returned && { ReturnValues: returned }),
        }),
      ),
    );
  }

  async remove(key: ItemKey, parts: Pick<Parts, 'condition' | 'values'> = {}): Promise<WriteResult> {
    return this.#write(() =>
      this.#client.send(
        new DeleteCommand({
          TableName: this.name,
          Key: key,
          ...expressions(parts),
          ...(parts.condition && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        }),
      ),
    );
  }

  async #write(send: () => Promise<{ Attributes?: Item | undefined }>): Promise<WriteResult> {
    try {
      const { Attributes } = await this.#unlessInConflict(send);
      return { written: true, attributes: Attributes };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { written: false, item: readImage((error.Item ?? {}) as Image) };
    }
  }

  /**
   * All of the writes or none. `token` makes a repeat of the call the same call.
   *
   * @param patience how many times as often as other calls it is tried again while other transactions are in the way
   */
  async transact(writes: readonly TransactWrite[], token: string, patience = 1): Promise<TransactionResult> {
    try {
      await this.#unlessInConflict(
        () => this.#client.send(new TransactWriteCommand({ TransactItems: [...writes], ClientRequestToken: token })),
        patience,
      );
      return { written: true };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException && codesOf(error).includes(REFUSED))) throw error;
      const reasons = error.CancellationReasons ?? [];
      return { written: false, refused: reasons.map(({ Code, Item }) => (Code === REFUSED ? readImage(Item ?? {}) : undefined)) };
    }
  }

  /** Tries again what another transaction was in the way of. */
  async #unlessInConflict<T>(send: () => Promise<T>, patience = 1): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await send();
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (tries >= this.#backoff.maxTries * patience) throw new StoreBusyError('other transactions were in the way', { cause: error });
        await this.#backoff.pause(tries);
      }
    }
  }
}

const REFUSED = 'ConditionalCheckFailed';
const CONFLICTS = ['TransactionConflictException', 'TransactionInProgressException'];
const PASSING_REASONS = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

function isConflict(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = codesOf(error);
    return !codes.includes(REFUSED) && codes.some((code) => PASSING_REASONS.includes(code));
  }
  return error instanceof Error && CONFLICTS.includes(error.name);
}

function codesOf(error: TransactionCanceledException): string[] {
  return (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
}
