import { describe, expect, it } from 'vitest';
import { BLOBS, EXECUTIONS, MACHINES, STORED_PLANS, UPLOADS } from '../cdk/arns.ts';
import { makeTemplate } from '../cdk/make-template.ts';
import { statementsOf } from '../cdk/permissions-of.ts';
import { resourceOf, resourcesOf } from '../cdk/resources.ts';
import { EVERYTHING, SECRET_ARN } from './everything-asked-for.ts';

const plain = makeTemplate();
const everything = makeTemplate(EVERYTHING);

describe('permissions', () => {
  const statements = [...statementsOf(plain), ...statementsOf(everything)];
  const resources = statements.flatMap(({ Resource }) => [Resource].flat());

  it('hold for any resource only where IAM knows none for the action', () => {
    const actions = statements.filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(({ Action }) => [Action].flat());

    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:ListStreams',
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'states:ListStateMachines',
      'states:SendTaskFailure',
      'states:SendTaskHeartbeat',
      'states:SendTaskSuccess',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('have no other wildcards than blobs, stored plans, uploads, and machines with their executions', () => {
    const wild = new Set(resources.filter((resource) => resource.includes('*') && resource !== '*'));

    expect(wild).toEqual(new Set([BLOBS, STORED_PLANS, UPLOADS, MACHINES, EXECUTIONS]));
  });

  it('to read a secret are for the one that is named, and of run-task alone', () => {
    const readers = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('secretsmanager:')));

    expect(readers).toEqual([{ Sid: 'Tools', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET_ARN }]);
    expect(statementsOf(everything, 'Functionsruntask')).toContainEqual(readers[0]);
  });
});

describe('nobody else gets in', () => {
  it('roles are for Lambda, and the one of machines for Step Functions', () => {
    const trust = Object.entries(resourcesOf(everything, 'AWS::IAM::Role')).map(([role, { Properties }]) => [
      role === 'ExecutionRole',
      (Properties.AssumeRolePolicyDocument as { Statement: { Principal: object }[] }).Statement.map(({ Principal }) => Principal),
    ]);

    for (const [isMachines, principals] of trust) {
      expect(principals).toEqual([{ Service: isMachines ? 'states.amazonaws.com' : 'lambda.amazonaws.com' }]);
    }
  });

  it('functions are invoked by the API and the rules of this stack, and have no addresses', () => {
    const permissions = Object.values(resourcesOf(everything, 'AWS::Lambda::Permission')).map(({ Properties }) => Properties);

    expect(permissions.map(({ Principal }) => Principal).sort()).toEqual([
      'apigateway.amazonaws.com',
      'events.amazonaws.com',
      'events.amazonaws.com',
    ]);
    for (const { SourceArn } of permissions) expect(SourceArn).toMatch(/<(EventsExecutionEnded|HousekeepingDaily)\.Arn>|<HttpApi>/);
    expect(resourcesOf(everything, 'AWS::Lambda::Url')).toEqual({});
  });

  it.each(['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy'])('%s: allows nobody but a rule of this stack', (type) => {
    const statements = Object.values(resourcesOf(everything, type)).flatMap(
      ({ Properties }) => (Properties.PolicyDocument as { Statement: { Effect: string; Condition: object }[] }).Statement,
    );
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');

    expect(statements.filter(({ Effect }) => Effect === 'Deny').length).toBe(Object.keys(resourcesOf(everything, type)).length);
    for (const { Condition } of allowed) expect(Condition).toEqual({ ArnEquals: { 'aws:SourceArn': '<EventsExecutionEnded.Arn>' } });
  });

  it.each(['AWS::Events::EventBusPolicy', 'AWS::Lambda::LayerVersionPermission', 'AWS::Logs::ResourcePolicy'])('there is no %s', (type) => {
    expect(resourcesOf(everything, type)).toEqual({});
  });
});

describe('what is stored', () => {
  it.each([
    ['the table', 'AWS::DynamoDB::Table', 'SSESpecification'],
    ['the bus', 'AWS::Events::EventBus', 'KmsKeyIdentifier'],
  ])("%s is encrypted under AWS's own key, as it always is", (_, type, property) => {
    expect(resourceOf(everything, type).Properties).not.toHaveProperty(property);
  });

  it('is deleted for good in the bucket: there are no versions', () => {
    expect(resourceOf(everything, 'AWS::S3::Bucket').Properties).not.toHaveProperty('VersioningConfiguration');
  });

  it.each([plain, everything])('logs are kept for 90 days, all of them (%#)', (template) => {
    const logs = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'));

    expect(logs.length).toBeGreaterThan(9);
    for (const { Properties } of logs) expect(Properties.RetentionInDays).toBe(90);
  });

  it('the log of requests has neither headers nor paths nor what a token says', () => {
    const { Format } = resourceOf(everything, 'AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings as { Format: string };

    expect(new Set(Format.match(/\$[\w.]+/g))).toEqual(
      new Set([
        '$context.identity.sourceIp',
        '$context.identity.caller',
        '$context.identity.user',
        '$context.requestTime',
        '$context.httpMethod',
        '$context.resourcePath', // the route, which is $default
        '$context.protocol',
        '$context.status',
        '$context.responseLength',
        '$context.requestId',
      ]),
    );
  });

  it('no variable of a function has a secret in it: of a target it has the name', () => {
    const variables = Object.values(resourcesOf(everything, 'AWS::Lambda::Function')).flatMap(({ Properties }) =>
      Object.values((Properties.Environment as { Variables: Record<string, string> }).Variables),
    );

    expect(variables.filter((value) => value.includes('resolve:') || value.includes('SecretString'))).toEqual([]);
    expect(variables.filter((value) => value.includes(SECRET_ARN)).length).toBeGreaterThan(0);
  });
});
