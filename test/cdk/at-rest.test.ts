import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { makeStack } from './make-template.ts';
import { resourcesOf } from './resources.ts';

/** What of these is billed for being there, not for being used: nothing, or what is stored in it. */
const BILLED_BY_USE = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
];

/** Of alarms and dashboards, what an account has without charge. https://aws.amazon.com/cloudwatch/pricing */
const FREE = { alarms: 10, dashboards: 3 };

const template = Template.fromStack(makeStack());

it('a deployment at rest has nothing that is billed by the hour', () => {
  const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
  const others = types.filter((type) => !BILLED_BY_USE.includes(type));

  expect(new Set(others)).toEqual(new Set(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']));
  expect(others.filter((type) => type.endsWith('Alarm')).length).toBeLessThanOrEqual(FREE.alarms);
  expect(others.filter((type) => type.endsWith('Dashboard')).length).toBeLessThanOrEqual(FREE.dashboards);
});

it('pays for nothing in advance: no capacity of the table, no concurrency of functions', () => {
  const propertiesOf = (type: string) => Object.values(resourcesOf(template, type)).map(({ Properties }) => Properties);

  expect(propertiesOf('AWS::DynamoDB::Table')).toEqual([expect.objectContaining({ BillingMode: 'PAY_PER_REQUEST' })]);
  for (const mapping of propertiesOf('AWS::Lambda::EventSourceMapping')) expect(mapping).not.toHaveProperty('ProvisionedPollerConfig');
  for (const functionProperties of propertiesOf('AWS::Lambda::Function')) expect(functionProperties).not.toHaveProperty('VpcConfig');
});

it('nothing wakes up more often than once a day', () => {
  const schedules = Object.values(resourcesOf(template, 'AWS::Events::Rule')).flatMap(({ Properties: { ScheduleExpression } }) =>
    ScheduleExpression === undefined ? [] : [ScheduleExpression],
  );

  expect(schedules).toEqual(['rate(1 day)']);
});
