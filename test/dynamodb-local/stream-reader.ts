import type { StreamRecord } from '../../lib/aws/dynamodb/append-events.ts';
import { CREDENTIALS, REGION } from './test-table.ts';

interface Shards {
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
}
interface Records {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}

/** Reads a table's stream as Lambda's event source mapping does: each record once, in order. */
export class StreamReader {
  readonly #endpoint: string;
  readonly #streamArn: string;
  readonly #iterators = new Map<string, string | undefined>();

  constructor(endpoint: string, streamArn: string) {
    this.#endpoint = endpoint;
    this.#streamArn = streamArn;
  }

  /** What was written since the last call. */
  async read(): Promise<StreamRecord[]> {
    const { StreamDescription } = await this.#call<Shards>('DescribeStream', { StreamArn: this.#streamArn });
    const records: StreamRecord[] = [];
    for (const { ShardId } of StreamDescription.Shards) records.push(...(await this.#readShard(ShardId)));
    return records;
  }

  async #readShard(ShardId: string): Promise<StreamRecord[]> {
    if (!this.#iterators.has(ShardId)) {
      const start = { StreamArn: this.#streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      this.#iterators.set(ShardId, (await this.#call<{ ShardIterator: string }>('GetShardIterator', start)).ShardIterator);
    }
    const records: StreamRecord[] = [];
    for (;;) {
      const ShardIterator = this.#iterators.get(ShardId);
      if (ShardIterator === undefined) return records;
      const batch = await this.#call<Records>('GetRecords', { ShardIterator });
      this.#iterators.set(ShardId, batch.NextShardIterator);
      records.push(...batch.Records);
      if (batch.Records.length === 0) return records;
    }
  }

  async #call<T>(operation: string, input: object): Promise<T> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `DynamoDBStreams_20120810.${operation}`,
        // DynamoDB Local looks at nothing but the key and the region
        Authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
