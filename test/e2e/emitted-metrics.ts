import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { logMessages } from './log-messages.ts';

/** A line of the embedded metric format: CloudWatch makes metrics of those. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
interface MetricLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly { readonly Namespace: string; readonly Metrics: readonly { readonly Name: string }[] }[];
  };
  readonly [metric: string]: unknown;
}

const NAMESPACE = 'TaskOrchestrator';

/** The sums of all that the functions have counted, by metric. */
export async function emittedMetrics(): Promise<Readonly<Record<string, number>>> {
  const client = new CloudWatchLogsClient();
  const sums: Record<string, number> = {};
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of logGroups) {
      for (const message of await logMessages(client, logGroupName!)) {
        for (const [name, value] of metricsIn(message)) sums[name] = (sums[name] ?? 0) + value;
      }
    }
  }
  return sums;
}

function metricsIn(message: string): [string, number][] {
  if (!message.startsWith('{"_aws"')) return [];
  const line = JSON.parse(message) as MetricLine;
  const ours = line._aws.CloudWatchMetrics.filter(({ Namespace }) => Namespace === NAMESPACE);
  return ours.flatMap(({ Metrics }) =>
    Metrics.flatMap(({ Name }) => [line[Name]].flat().map((value): [string, number] => [Name, Number(value)])),
  );
}
