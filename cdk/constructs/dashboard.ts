import { Stack } from 'aws-cdk-lib';
import { Dashboard as CloudWatchDashboard, GraphWidget, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FUNCTION_NAMES } from '../../lambdas/function-names.ts';
import type { TimeName } from '../../lambdas/metric-names.ts';
import type { OrchestratorMetrics } from './metrics.ts';
import { stepFunctionsThrottles, tableThrottles } from './throttles.ts';
import type { Watched } from './watched.ts';

/** The statistics of runs and tasks, and how the parts that carry them are doing. With up to 50 metrics a dashboard may be free. */
export class Dashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard');
    dashboard.addWidgets(...outcomes(watched.metrics));
    dashboard.addWidgets(...times(watched.metrics));
    dashboard.addWidgets(...parts(watched));
    const { region } = Stack.of(this);
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${dashboard.dashboardName}`;
  }
}

function outcomes(metrics: OrchestratorMetrics): GraphWidget[] {
  const completed = metrics.count('TasksCompleted', 'completed');
  const failed = metrics.count('TasksFailed', 'failed');
  const successRate = new MathExpression({
    // in five minutes without failures there is no sum of them
    expression: '100 * FILL(completed, 0) / (FILL(completed, 0) + FILL(failed, 0))',
    usingMetrics: { completed, failed },
    label: 'success rate (%)',
  });
  return [
    graph('Plans', [
      metrics.count('PlansSubmitted', 'submitted'),
      metrics.count('PlansCompleted', 'completed'),
      metrics.count('PlansFailed', 'failed'),
    ]),
    graph('Tasks', [completed, failed, metrics.count('TasksBlocked', 'blocked')]),
    graph('Retries', [metrics.count('TasksRetried', 'retried')]),
    graph('Success rate', [successRate]),
  ];
}

function times(metrics: OrchestratorMetrics): GraphWidget[] {
  const spread = (name: TimeName): IMetric[] => [metrics.time(name, 'p50'), metrics.time(name, 'p99')];
  return [
    graph('Plan duration', spread('PlanDuration')),
    graph('Task duration', spread('TaskDuration')),
    graph('Wait at gates', spread('GateWait')),
    graph('Wait for places', spread('PlaceWait')),
  ];
}

function parts({ functions, starts, table, api }: Watched): GraphWidget[] {
  const ofEach = (metric: 'metricErrors' | 'metricThrottles'): IMetric[] =>
    FUNCTION_NAMES.flatMap((name) =>
      functions.allOf(name).map((each, i) => each[metric]({ label: i === 0 ? name : `${name} (${functions.runTaskClasses[i]!.name})` })),
    );
  return [
    graph('Function errors', ofEach('metricErrors')),
    graph('Throttles', [...ofEach('metricThrottles'), tableThrottles(table), ...stepFunctionsThrottles()]),
    graph('Starts waiting', [starts.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest (s)' }), deadLetters(starts)]),
    graph('API', [
      api.metricCount({ statistic: 'Sum', label: 'requests' }),
      api.metricClientError({ statistic: 'Sum', label: '4xx' }),
      api.metricServerError({ statistic: 'Sum', label: '5xx' }),
    ]),
  ];
}

const deadLetters = (starts: Watched['starts']): IMetric =>
  starts.deadLetters.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' });

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 6 });
}
