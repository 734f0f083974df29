import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeDynamoClient } from '../../lib/aws/dynamodb/make-client.ts';
import { tableDefinition } from '../../lib/aws/dynamodb/table-definition.ts';

export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export function localClient(endpoint: string): DynamoDBClient {
  return makeDynamoClient({ endpoint, region: REGION, credentials: CREDENTIALS });
}

/** Makes the table and gives the ARN of its stream. */
export async function makeTable(client: DynamoDBClient, name: string): Promise<string> {
  const { TableDescription } = await client.send(new CreateTableCommand(tableDefinition(name)));
  return TableDescription!.LatestStreamArn!;
}
