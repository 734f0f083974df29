import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { FunctionName } from '../../lambdas/function-names.ts';
import { tableThrottles } from './throttles.ts';
import type { Watched } from './watched.ts';

export interface AlarmsProps extends Watched {
  readonly topicArn?: string | undefined;
}

/**
 * run-task and list-items throw where a task fails and finish-run where a run has failed: their errors are the plans'. What reconcile cannot do
 * ends among the dead letters, and errors of the API's function are 5xx answers.
 */
const NEVER_THROWING = ['admit-task', 'settle-task', 'planner', 'publish-events'] as const satisfies readonly FunctionName[];
const OLDEST_START_SEC = 15 * 60;
const LATEST_EVENT_MS = 5 * 60 * 1000;

/** What somebody should look at. They look at ten metrics, which an account has for nothing. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#topic = props.topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', props.topicArn);
    const { functions, starts, table, api } = props;
    this.all = [
      ...NEVER_THROWING.map((name) => this.#above(0, `Errors-${name}`, functions.get(name).metricErrors(), `${name} threw`)),
      this.#above(0, 'DeadLetters', starts.deadLetters.metricApproximateNumberOfMessagesVisible(), 'a start or an event was given up'),
      this.#above(OLDEST_START_SEC, 'OldestStart', starts.queue.metricApproximateAgeOfOldestMessage(), 'runs wait for their start'),
      this.#above(LATEST_EVENT_MS, 'EventLag', iteratorAge(functions), 'events are published late'),
      this.#above(0, 'TableThrottles', tableThrottles(table), 'the table refuses requests'),
      this.#above(0, 'ApiErrors', api.metricServerError({ statistic: 'Sum' }), 'the API answered 5xx'),
    ];
  }

  #above(threshold: number, id: string, metric: IMetric, alarmDescription: string): Alarm {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    });
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
    return alarm;
  }
}

function iteratorAge(functions: Watched['functions']): IMetric {
  return functions.get('publish-events').metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
}
