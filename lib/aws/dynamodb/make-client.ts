import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

const MAX_ATTEMPTS = 8;

/** A client that takes throttling calmly. Made once per process; region, endpoint and credentials come from where the SDK finds them. */
export function makeDynamoClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS, retryMode: 'standard', ...config });
}
