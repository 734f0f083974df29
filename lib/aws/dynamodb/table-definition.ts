import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { PARTITION_KEY, RUNS_INDEX, RUNS_INDEX_PARTITION_KEY, RUNS_INDEX_SORT_KEY, SORT_KEY } from './table.ts';

/** The table as CreateTable takes it; the deployment's construct makes the same one. TTL is switched on separately. */
export function tableDefinition(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [PARTITION_KEY, SORT_KEY, RUNS_INDEX_PARTITION_KEY, RUNS_INDEX_SORT_KEY].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
      { AttributeName: SORT_KEY, KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: RUNS_INDEX,
        KeySchema: [
          { AttributeName: RUNS_INDEX_PARTITION_KEY, KeyType: 'HASH' },
          { AttributeName: RUNS_INDEX_SORT_KEY, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  };
}
