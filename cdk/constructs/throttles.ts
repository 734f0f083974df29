import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';

const PERIOD = Duration.minutes(5);

/** Reads and writes that the table refused for being too many. */
export function tableThrottles(table: Table): IMetric {
  const refused = (metricName: string): IMetric => table.metric(metricName, { statistic: 'Sum', period: PERIOD });
  return new MathExpression({
    expression: 'FILL(reads, 0) + FILL(writes, 0)',
    usingMetrics: { reads: refused('ReadThrottleEvents'), writes: refused('WriteThrottleEvents') },
    label: 'table',
    period: PERIOD,
  });
}

/** What Step Functions refused for being too much: of the whole account, which shares the quota. */
export function stepFunctionsThrottles(): IMetric[] {
  const refused = (label: string, dimensionsMap: Record<string, string>): IMetric =>
    new Metric({ namespace: 'AWS/States', metricName: 'ThrottledEvents', dimensionsMap, label, statistic: 'Sum', period: PERIOD });
  return [
    refused('machines', { APIName: 'CreateStateMachine' }),
    refused('executions', { APIName: 'StartExecution' }),
    refused('transitions', { ServiceMetric: 'StateTransition' }),
  ];
}
