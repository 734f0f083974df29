import { Stack } from 'aws-cdk-lib';
import { Dashboard as CloudWatchDashboard, GraphWidget, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FUNCTION_NAMES } from './function-names.ts';
import { count, time } from './metrics.ts';
import { tableThrottles } from './table-throttles.ts';
import type { Watched } from './watched.ts';

/** The statistics of runs and tasks, and how the parts that carry them are doing. */
export class Dashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard');
    dashboard.addWidgets(...outcomes());
    dashboard.addWidgets(...times());
    dashboard.addWidgets(...parts(watched));
    const { region } = Stack.of(this);
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${dashboard.dashboardName}`;
  }
}

function outcomes(): GraphWidget[] {
  const completed = count('TasksCompleted', 'completed');
  const failed = count('TasksFailed', 'failed');
  const successRate = new MathExpression({
    expression: '100 * completed / (completed + failed)',
    usingMetrics: { completed, failed },
    label: 'success rate (%)',
  });
  return [
    graph('Plans', [count('RunsStarted', 'started'), count('RunsCompleted', 'completed'), count('RunsFailed', 'failed')]),
    graph('Tasks', [completed, failed, count('TasksBlocked', 'blocked'), count('TasksRetried', 'retried')]),
    graph('Success rate', [successRate]),
  ];
}

function times(): GraphWidget[] {
  const spread = (name: string): IMetric[] => [time(name, 'p50'), time(name, 'p99')];
  return [
    graph('Run duration', spread('RunDuration')),
    graph('Task duration', spread('TaskDuration')),
    graph('Wait at gates and for slots', spread('AdmissionWait')),
  ];
}

function parts({ functions, starts, table, api }: Watched): GraphWidget[] {
  const ofEach = (metric: 'metricErrors' | 'metricThrottles'): IMetric[] =>
    FUNCTION_NAMES.map((name) => functions.get(name)[metric]({ label: name }));
  return [
    graph('Function errors', ofEach('metricErrors')),
    graph('Throttles', [...ofEach('metricThrottles'), tableThrottles(table)]),
    graph('Starts waiting', [starts.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest (s)' }), deadLetters(starts)]),
    graph('API', [api.metricCount(), api.metricClientError(), api.metricServerError()]),
  ];
}

const deadLetters = (starts: Watched['starts']): IMetric =>
  starts.deadLetters.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' });

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 6 });
}
