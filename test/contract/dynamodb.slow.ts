import { describe, inject } from 'vitest';
import { appendEvents } from '../../lib/aws/dynamodb/append-events.ts';
import { DynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { MemoryBlobs } from '../aws/dynamodb/memory-blobs.ts';
import { StreamReader } from '../dynamodb-local/stream-reader.ts';
import { localClient, makeTable } from '../dynamodb-local/test-table.ts';
import { alternating, describeRunStore, type Subject } from './run-store.contract.ts';

const endpoint = inject('dynamoDbEndpoint');

describe.skipIf(endpoint === null)('on DynamoDB Local', () => {
  const client = localClient(endpoint ?? '');
  let count = 0;

  /** Stores on a table of their own, which share nothing but it. */
  const onTable = async (storeCount: number, withBlobs: boolean): Promise<Subject> => {
    const table = `runs-${process.pid}-${count++}`;
    const stream = new StreamReader(endpoint!, await makeTable(client, table));
    const blobs = withBlobs ? { blobs: new MemoryBlobs() } : {};
    const stores = Array.from({ length: storeCount }, () => consuming(new DynamoStore({ client, table, ...blobs }), stream));
    return { store: alternating(stores), close: () => {} };
  };

  describeRunStore('DynamoDB', () => onTable(1, true));
  describeRunStore('two DynamoDB stores without blobs on one table', () => onTable(2, false));
});

/** The store together with the consumer of its table's stream, which has caught up whenever events are listed; it gets every record twice. */
function consuming(store: DynamoStore, stream: StreamReader): DynamoStore {
  const listEvents: DynamoStore['listEvents'] = async (...args) => {
    const records = await stream.read();
    await Promise.all([appendEvents(store.events, records), appendEvents(store.events, records)]);
    await appendEvents(store.events, records);
    return store.listEvents(...args);
  };
  return new Proxy(store, {
    get: (_, method) => {
      if (method === 'listEvents') return listEvents;
      const value: unknown = Reflect.get(store, method, store);
      return typeof value === 'function' ? value.bind(store) : value;
    },
  });
}
