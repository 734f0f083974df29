import { Duration } from 'aws-cdk-lib';
import { Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch';

/** Where the functions put what they count (Powertools metrics). */
export const METRICS_NAMESPACE = 'TaskOrchestrator';
export const METRICS_SERVICE = 'task-orchestrator';

/** A sum over five minutes. */
export function count(metricName: string, label: string): Metric {
  return make(metricName, label, 'Sum', Unit.COUNT);
}

/** The `statistic` (`p50`, `p99`) of a time. */
export function time(metricName: string, statistic: string): Metric {
  return make(metricName, statistic, statistic, Unit.MILLISECONDS);
}

function make(metricName: string, label: string, statistic: string, unit: Unit): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: METRICS_SERVICE },
    label,
    statistic,
    unit,
    period: Duration.minutes(5),
  });
}
