import { CloudFormationClient, paginateListStacks } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, paginateListEventSourceMappings, paginateListFunctions } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';

/** Names of all that there is in the account, by kind. */
export async function inventory(): Promise<Readonly<Record<string, readonly string[]>>> {
  const events = new EventBridgeClient();
  const lambda = new LambdaClient();
  return {
    stacks: (await all(paginateListStacks({ client: new CloudFormationClient() }, {}), (page) => page.StackSummaries))
      .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .map(({ StackName }) => StackName!),
    tables: await all(paginateListTables({ client: new DynamoDBClient() }, {}), (page) => page.TableNames),
    buckets: ((await new S3Client().send(new ListBucketsCommand())).Buckets ?? []).map(({ Name }) => Name!),
    functions: (await all(paginateListFunctions({ client: lambda }, {}), (page) => page.Functions)).map(
      ({ FunctionName }) => FunctionName!,
    ),
    eventSources: (await all(paginateListEventSourceMappings({ client: lambda }, {}), (page) => page.EventSourceMappings)).map(
      ({ UUID }) => UUID!,
    ),
    stateMachines: (await all(paginateListStateMachines({ client: new SFNClient() }, {}), (page) => page.stateMachines)).map(
      ({ name }) => name!,
    ),
    queues: await all(paginateListQueues({ client: new SQSClient() }, {}), (page) => page.QueueUrls),
    logGroups: (await all(paginateDescribeLogGroups({ client: new CloudWatchLogsClient() }, {}), (page) => page.logGroups)).map(
      ({ logGroupName }) => logGroupName!,
    ),
    buses: ((await events.send(new ListEventBusesCommand())).EventBuses ?? []).map(({ Name }) => Name!),
    rules: ((await events.send(new ListRulesCommand())).Rules ?? []).map(({ Name }) => Name!),
  };
}

async function all<Page, Item>(pages: AsyncIterable<Page>, itemsOf: (page: Page) => Item[] | undefined): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}
