import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';

/** All that is in a log group. */
export async function logMessages(client: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const messages: string[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
    messages.push(...events.map(({ message }) => message!));
  }
  return messages;
}
