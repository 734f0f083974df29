import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { logMessages } from './log-messages.ts';
import { readStage } from './stage.ts';

const { outputs } = readStage();

/*
 * Runs after the other files: whatever their plans came to, nothing went wrong that is not a plan's.
 */
describe('the deployment', () => {
  it('has logged what it did, and no error', async () => {
    const client = new CloudWatchLogsClient();
    const levels = new Map<string, string[]>();
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
      for (const { logGroupName } of logGroups) {
        for (const message of await logMessages(client, logGroupName!)) {
          const level = /^\{"level":"(?<level>\w+)"/.exec(message)?.groups?.level;
          if (level !== undefined) levels.set(level, [...(levels.get(level) ?? []), message]);
        }
      }
    }

    expect(levels.get('INFO')).not.toEqual([]);
    expect(levels.get('ERROR') ?? []).toEqual([]);
  });

  it('has given up no start and no event', async () => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const attributes = new GetQueueAttributesCommand({ QueueUrl: outputs.DeadLetterQueueUrl!, AttributeNames });
    const { Attributes } = await new SQSClient({ useQueueUrlAsEndpoint: false }).send(attributes);

    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
  });
});
