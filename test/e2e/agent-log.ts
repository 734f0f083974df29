import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { logMessages } from './log-messages.ts';
import { readStage } from './stage.ts';
import { until } from './until.ts';

interface Accepted {
  readonly task_id: string;
  readonly callback_id: string;
}

const client = new CloudWatchLogsClient();

/** The callbacks of all attempts of a task that the agent `later` has taken on, once there are so many. */
export async function callbacksOf(taskId: string, attempts = 1): Promise<string[]> {
  const group = readStage().agents.LogGroupName!;
  const ask = async (): Promise<string[]> => {
    const accepted = (await logMessages(client, group)).flatMap((message) => readAccepted(message) ?? []);
    return accepted.filter(({ task_id }) => task_id === taskId).map(({ callback_id }) => callback_id);
  };
  return until(ask, (callbacks) => callbacks.length >= attempts);
}

function readAccepted(message: string): Accepted | undefined {
  return message.startsWith('{"task_id"') ? (JSON.parse(message) as Accepted) : undefined;
}
