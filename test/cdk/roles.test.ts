import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../lambdas/function-names.ts';
import { makeTemplate } from './make-template.ts';
import { permissionsOf, permissionsOfFunction, statementsOf } from './permissions-of.ts';
import { resourcesOf } from './resources.ts';

const TABLE = '<StorageTable.Arn>';
const BLOBS = '<StorageBucket.Arn>/*';
const DEAD_LETTERS = '<StartsDeadLetters.Arn>';
const AWS_STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
const MACHINES = `${AWS_STATES}:stateMachine:task-orchestrator-*`;

const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
const EVERY_TABLE_CALL = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];
const TO_END_RUNS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
const SEND = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];

const logsOf = (name: string): Record<string, string[]> => ({ [`<Functions${name}Logs.Arn>`]: LOGS });
const template = makeTemplate();

describe('each function may do what its code does, and nothing else', () => {
  it('run-task claims and finishes tasks, opens gates, and keeps large outputs', () => {
    expect(permissionsOfFunction(template, 'run-task')).toEqual({
      ...logsOf('runtask'),
      [TABLE]: EVERY_TABLE_CALL,
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      '*': ['states:SendTaskSuccess', ...TRACES],
    });
  });

  it('admit-task takes slots and opens gates', () => {
    expect(permissionsOfFunction(template, 'admit-task')).toEqual({
      ...logsOf('admittask'),
      [TABLE]: EVERY_TABLE_CALL,
      '*': ['states:SendTaskSuccess', ...TRACES],
    });
  });

  it('settle-task fails and blocks tasks and opens gates', () => {
    expect(permissionsOfFunction(template, 'settle-task')).toEqual({
      ...logsOf('settletask'),
      [TABLE]: EVERY_TABLE_CALL,
      // of a task that was completed after all
      [BLOBS]: ['s3:GetObject'],
      '*': ['states:SendTaskSuccess', ...TRACES],
    });
  });

  it('finish-run counts tasks and ends the run', () => {
    expect(permissionsOfFunction(template, 'finish-run')).toEqual({ ...logsOf('finishrun'), [TABLE]: TO_END_RUNS, '*': TRACES });
  });

  it('reconcile does the same, and its failures are kept', () => {
    expect(permissionsOfFunction(template, 'reconcile')).toEqual({
      ...logsOf('reconcile'),
      [TABLE]: TO_END_RUNS,
      [DEAD_LETTERS]: SEND,
      '*': TRACES,
    });
  });

  it('planner receives starts, and makes and starts machines', () => {
    expect(permissionsOfFunction(template, 'planner')).toEqual({
      ...logsOf('planner'),
      [TABLE]: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
      [BLOBS]: ['s3:GetObject'],
      [MACHINES]: ['states:CreateStateMachine', 'states:StartExecution'],
      '<ExecutionRole.Arn>': ['iam:PassRole'],
      '<StartsQueue.Arn>': [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
      '*': TRACES,
    });
  });

  it('publish-events reads the stream, writes the logs of events, and publishes', () => {
    expect(permissionsOfFunction(template, 'publish-events')).toEqual({
      ...logsOf('publishevents'),
      [TABLE]: ['dynamodb:PutItem', 'dynamodb:Query'],
      '<StorageTable.StreamArn>': ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      '<Bus.Arn>': ['events:PutEvents'],
      [DEAD_LETTERS]: SEND,
      '*': ['dynamodb:ListStreams', ...TRACES],
    });
  });

  it('api takes plans, tells of runs, and ends what is finished by callback', () => {
    expect(permissionsOfFunction(template, 'api')).toEqual({
      ...logsOf('api'),
      [TABLE]: EVERY_TABLE_CALL,
      [`${TABLE}/index/runs-by-tenant`]: ['dynamodb:Query'],
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      [MACHINES]: ['states:CreateStateMachine', 'states:StartExecution'],
      '<ExecutionRole.Arn>': ['iam:PassRole'],
      '<StartsQueue.Arn>': ['sqs:SendMessage'],
      '*': ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess', ...TRACES],
    });
  });
});

describe('the execution role', () => {
  const functions = ['runtask', 'admittask', 'settletask', 'finishrun'].map((name) => `<Functions${name}Function.Arn>`);
  const always = {
    ...Object.fromEntries(functions.map((arn) => [arn, ['lambda:InvokeFunction']])),
    [MACHINES]: ['states:StartExecution'],
    [`${AWS_STATES}:execution:task-orchestrator-*:*`]: ['states:DescribeExecution', 'states:StopExecution'],
    'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule': [
      'events:DescribeRule',
      'events:PutRule',
      'events:PutTargets',
    ],
  };

  it('invokes the functions of states and runs the machines of parts', () => {
    expect(permissionsOf(template, 'ExecutionRole')).toEqual(always);
  });

  it('traces and logs where that is asked for', () => {
    const asked = makeTemplate({ executionTracing: true, executionLogLevel: 'ERROR' });

    const { '*': everywhere, ...rest } = permissionsOf(asked, 'ExecutionRole');

    expect(rest).toEqual(always);
    expect(everywhere).toEqual([
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('is for Step Functions of this account only', () => {
    const { Properties } = resourcesOf(template, 'AWS::IAM::Role').ExecutionRole!;

    expect(Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { Service: 'states.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
        },
      ],
    });
  });

  it('is passed to Step Functions only', () => {
    const passing = statementsOf(template).filter(({ Action }) => [Action].flat().includes('iam:PassRole'));

    expect(passing).toHaveLength(2);
    for (const { Condition } of passing) expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } });
  });
});

describe('targets', () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:agents';
  const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1b2c3';
  const withTargets = makeTemplate({
    agentTarget: { type: 'lambda', arn },
    toolTarget: { type: 'http', url: 'https://tools.example', header: 'x-key', secret_arn: secret },
  });

  it('are called by run-task', () => {
    expect(permissionsOfFunction(withTargets, 'run-task')).toMatchObject({
      [arn]: ['lambda:InvokeFunction'],
      [secret]: ['secretsmanager:GetSecretValue'],
    });
  });

  it.each(FUNCTION_NAMES.filter((name) => name !== 'run-task'))('are not called by %s', (name) => {
    expect(permissionsOfFunction(withTargets, name)).toEqual(permissionsOfFunction(template, name));
  });
});

describe('no role', () => {
  const every = [template, makeTemplate({ executionTracing: true, executionLogLevel: 'ALL' })].flatMap((each) => statementsOf(each));
  const actions = every.flatMap(({ Action }) => [Action].flat());

  it('has a wildcard in its actions', () => {
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('scans the table', () => {
    expect(actions.filter((action) => /scan/i.test(action))).toEqual([]);
  });

  it('has managed or inline policies besides', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties).not.toHaveProperty('Policies');
    }
  });
});

it('without traces no function has more than its own', () => {
  const untraced = makeTemplate({ tracing: false });

  for (const name of FUNCTION_NAMES) {
    const everywhere = permissionsOfFunction(template, name)['*']!.filter((action) => !action.startsWith('xray:'));
    expect(permissionsOfFunction(untraced, name)['*'] ?? []).toEqual(everywhere);
  }
});

it('what cleans up lists and deletes machines and blobs, and is there only for that', () => {
  const passing = makeTemplate({ removalPolicy: RemovalPolicy.DESTROY });

  expect(permissionsOf(passing, 'CleanUpFunctionRole')).toEqual({
    '<CleanUpFunctionLogs.Arn>': LOGS,
    '<StorageBucket.Arn>': ['s3:ListBucket'],
    [BLOBS]: ['s3:DeleteObject'],
    [MACHINES]: ['states:DeleteStateMachine', 'states:DescribeStateMachine'],
    '*': ['states:ListStateMachines'],
  });
  for (const name of FUNCTION_NAMES) expect(permissionsOfFunction(passing, name)).toEqual(permissionsOfFunction(template, name));
  expect(statementsOf(template, 'CleanUp')).toEqual([]);
});
