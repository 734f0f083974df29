import { describe, expect, it } from 'vitest';
import { makeTemplate } from './make-template.ts';
import { type Resource, resourcesOf } from './resources.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const TYPE = 'AWS::CloudWatch::Alarm';

const alarms = resourcesOf(makeTemplate(), TYPE);
/** What CloudWatch bills of an alarm. */
const metricsOf = ({ Properties }: Resource): number =>
  Properties.Metrics === undefined
    ? 1
    : (Properties.Metrics as { MetricStat?: unknown }[]).filter((each) => each.MetricStat !== undefined).length;

it.each([
  ['AlarmsErrorsadmittask', 'AWS/Lambda', 'Errors', { FunctionName: '<FunctionsadmittaskFunction>' }, 'Sum', 0],
  ['AlarmsErrorssettletask', 'AWS/Lambda', 'Errors', { FunctionName: '<FunctionssettletaskFunction>' }, 'Sum', 0],
  ['AlarmsErrorsplanner', 'AWS/Lambda', 'Errors', { FunctionName: '<FunctionsplannerFunction>' }, 'Sum', 0],
  ['AlarmsErrorspublishevents', 'AWS/Lambda', 'Errors', { FunctionName: '<FunctionspublisheventsFunction>' }, 'Sum', 0],
  ['AlarmsDeadLetters', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: '<StartsDeadLetters.QueueName>' }, 'Maximum', 0],
  ['AlarmsOldestStart', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: '<StartsQueue.QueueName>' }, 'Maximum', 900],
  ['AlarmsEventLag', 'AWS/Lambda', 'IteratorAge', { FunctionName: '<FunctionspublisheventsFunction>' }, 'Maximum', 300_000],
  ['AlarmsApiErrors', 'AWS/ApiGateway', '5xx', { ApiId: '<HttpApi>' }, 'Sum', 0],
])('%s', (name, Namespace, MetricName, dimensions, Statistic, Threshold) => {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

  expect(alarms[name]!.Properties).toMatchObject({ Namespace, MetricName, Dimensions, Statistic, Threshold });
});

it('AlarmsTableThrottles', () => {
  expect(alarms.AlarmsTableThrottles!.Properties).toMatchObject({
    Threshold: 0,
    Metrics: [
      { Expression: 'FILL(reads, 0) + FILL(writes, 0)' },
      {
        Id: 'reads',
        MetricStat: { Metric: { MetricName: 'ReadThrottleEvents', Dimensions: [{ Name: 'TableName', Value: '<StorageTable>' }] } },
      },
      { Id: 'writes', MetricStat: { Metric: { MetricName: 'WriteThrottleEvents' } } },
    ],
  });
});

describe('all alarms', () => {
  it('are these', () => {
    expect(Object.keys(alarms)).toHaveLength(9);
  });

  it('go off above their threshold, and say why, and not because nothing happens', () => {
    for (const { Properties } of Object.values(alarms)) {
      expect(Properties).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        AlarmDescription: expect.stringMatching(/./),
      });
    }
  });

  it('cost nothing: an account has ten metrics free', () => {
    expect(Object.values(alarms).reduce((sum, each) => sum + metricsOf(each), 0)).toBeLessThanOrEqual(10);
  });

  it('go nowhere by default', () => {
    for (const { Properties } of Object.values(alarms)) expect(Properties).not.toHaveProperty('AlarmActions');
  });

  it('go to a topic, where one is named', () => {
    for (const { Properties } of Object.values(resourcesOf(makeTemplate({ alarmTopicArn: TOPIC }), TYPE))) {
      expect(Properties.AlarmActions).toEqual([TOPIC]);
    }
  });
});
