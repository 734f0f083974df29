import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { TaskOrchestrator } from '../../cdk/constructs/task-orchestrator.ts';
import { EMPTY_BUNDLES, makeTemplate } from './make-template.ts';
import { plain } from './plain.ts';

it('tells where its parts are', () => {
  const outputs = Object.entries(makeTemplate().findOutputs('*')).map(([name, { Value }]) => [name, plain(Value)]);

  expect(Object.fromEntries(outputs)).toEqual({
    ApiUrl: 'https://<HttpApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/',
    TableName: '<StorageTable>',
    BucketName: '<StorageBucket>',
    EventBusName: '<Bus>',
    StartQueueUrl: '<StartsQueue>',
    DeadLetterQueueUrl: '<StartsDeadLetters>',
    StateMachineRoleArn: '<ExecutionRole.Arn>',
    DashboardUrl: 'https://<AWS::Region>.console.aws.amazon.com/cloudwatch/home?region=<AWS::Region>#dashboards:name=<Dashboard>',
  });
});

it('needs no parameters but the version of the bootstrap', () => {
  expect(Object.keys(makeTemplate().findParameters('*'))).toEqual(['BootstrapVersion']);
});

it('asks for no name that another stack could have taken', () => {
  const names = Object.values(makeTemplate().toJSON().Resources as Record<string, { Properties?: Record<string, unknown> }>).flatMap(
    ({ Properties = {} }) =>
      ['TableName', 'BucketName', 'FunctionName', 'RoleName', 'QueueName', 'DashboardName', 'AlarmName', 'LogGroupName']
        .map((key) => Properties[key])
        .filter((name) => typeof name === 'string'),
  );

  expect(names).toEqual([]);
});

it('is a construct that any stack may have, and more than one of', () => {
  const stack = new Stack(new App(), 'Mine');
  const first = new TaskOrchestrator(stack, 'First', { bundles: EMPTY_BUNDLES });
  const second = new TaskOrchestrator(stack, 'Second', { bundles: EMPTY_BUNDLES });

  Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 2);
  const services = [first, second].map(({ functions }) => functions.get('api').node.path);
  expect(services).toEqual(['Mine/First/Functions/api/Function', 'Mine/Second/Functions/api/Function']);
});

it('counts apart from other deployments', () => {
  const stack = new Stack(new App(), 'Mine');
  new TaskOrchestrator(stack, 'First', { bundles: EMPTY_BUNDLES });
  new TaskOrchestrator(stack, 'Second', { bundles: EMPTY_BUNDLES });
  const services = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(
    ({ Properties }) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME as string,
  );

  expect(new Set(services).size).toBe(2);
});
