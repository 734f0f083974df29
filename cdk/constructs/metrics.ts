import { Duration } from 'aws-cdk-lib';
import { Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { type CountName, METRICS_NAMESPACE, type TimeName } from '../../lambdas/metric-names.ts';

/** What the functions of one deployment count and measure (Powertools metrics). */
export class OrchestratorMetrics {
  readonly #service: string;

  /** @param service tells deployments of an account apart: the functions' `POWERTOOLS_SERVICE_NAME` */
  constructor(service: string) {
    this.#service = service;
  }

  /** A sum over five minutes. */
  count(metricName: CountName, label: string): Metric {
    return this.#make(metricName, label, 'Sum', Unit.COUNT);
  }

  /** The `statistic` (`p50`, `p99`) of a time. */
  time(metricName: TimeName, statistic: string, label = statistic): Metric {
    return this.#make(metricName, label, statistic, Unit.MILLISECONDS);
  }

  #make(metricName: string, label: string, statistic: string, unit: Unit): Metric {
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { service: this.#service },
      label,
      statistic,
      unit,
      period: Duration.minutes(5),
    });
  }
}
