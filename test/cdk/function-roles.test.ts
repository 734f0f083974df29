import { describe, expect, it } from 'vitest';
import { BLOBS, BUCKET, DEAD_LETTERS, EXECUTIONS, LOGS, MACHINES, STARTS, STORED_PLANS, TABLE, TRACES, UPLOADS } from './arns.ts';
import { makeTemplate } from './make-template.ts';
import { permissionsOfFunction } from './permissions-of.ts';

const EVERY_TABLE_CALL = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];
const SEND = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];
const logsOf = (name: string): Record<string, string[]> => ({ [`<Functions${name}Logs.Arn>`]: LOGS });
const template = makeTemplate();

describe('each function may do what its code does, and nothing else', () => {
  it('run-task claims and finishes tasks, opens gates, and keeps large outputs', () => {
    expect(permissionsOfFunction(template, 'run-task')).toEqual({
      ...logsOf('runtask'),
      [TABLE]: EVERY_TABLE_CALL,
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      [STARTS]: ['sqs:SendMessage'],
      '*': ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess', ...TRACES],
    });
  });

  it('admit-task takes places and opens gates', () => {
    expect(permissionsOfFunction(template, 'admit-task')).toEqual({
      ...logsOf('admittask'),
      [TABLE]: EVERY_TABLE_CALL,
      '*': ['states:SendTaskSuccess', ...TRACES],
    });
  });

  it('list-items reads lists, adds the tasks of their items, and cancels them', () => {
    expect(permissionsOfFunction(template, 'list-items')).toEqual({
      ...logsOf('listitems'),
      [TABLE]: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((call) => `dynamodb:${call}`),
      [BLOBS]: ['s3:GetObject'],
      '*': TRACES,
    });
  });

  it('settle-task fails and blocks tasks and opens gates', () => {
    expect(permissionsOfFunction(template, 'settle-task')).toEqual({
      ...logsOf('settletask'),
      [TABLE]: EVERY_TABLE_CALL,
      // of a task that was completed after all
      [BLOBS]: ['s3:GetObject'],
      [STARTS]: ['sqs:SendMessage'],
      '*': ['states:SendTaskSuccess', ...TRACES],
    });
  });

  it('finish-run counts tasks and ends the run', () => {
    expect(permissionsOfFunction(template, 'finish-run')).toEqual({
      ...logsOf('finishrun'),
      [TABLE]: EVERY_TABLE_CALL,
      // of a child run's tasks, and those of the task that it was started for
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      [STARTS]: ['sqs:SendMessage'],
      '*': ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess', ...TRACES],
    });
  });

  it('reconcile does the same, stops executions, and its failures are kept', () => {
    expect(permissionsOfFunction(template, 'reconcile')).toEqual({
      ...logsOf('reconcile'),
      [TABLE]: EVERY_TABLE_CALL,
      [EXECUTIONS]: ['states:StopExecution'],
      [DEAD_LETTERS]: SEND,
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      [STARTS]: ['sqs:SendMessage'],
      '*': ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess', ...TRACES],
    });
  });

  it('planner receives starts and sends them anew, compiles large plans, makes and starts machines, stops executions and hands on their places', () => {
    expect(permissionsOfFunction(template, 'planner')).toEqual({
      ...logsOf('planner'),
      [TABLE]: EVERY_TABLE_CALL,
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      [MACHINES]: ['states:CreateStateMachine', 'states:StartExecution'],
      [EXECUTIONS]: ['states:StopExecution'],
      '<ExecutionRole.Arn>': ['iam:PassRole'],
      '<StartsQueue.Arn>': [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ],
      '*': ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess', ...TRACES],
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

  it('housekeeping deletes machines that are unused, and runs that are no longer kept with their blobs', () => {
    expect(permissionsOfFunction(template, 'housekeeping')).toEqual({
      ...logsOf('housekeeping'),
      [TABLE]: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      '<StorageBucket.Arn>': ['s3:ListBucket'],
      [BLOBS]: ['s3:DeleteObject'],
      [MACHINES]: ['states:DeleteStateMachine', 'states:DescribeStateMachine', 'states:ListExecutions'],
      '*': ['states:ListStateMachines', ...TRACES],
    });
  });

  it('api takes plans, tells of runs, and ends what is finished by callback', () => {
    expect(permissionsOfFunction(template, 'api')).toEqual({
      ...logsOf('api'),
      [TABLE]: EVERY_TABLE_CALL,
      [`${TABLE}/index/runs-by-tenant`]: ['dynamodb:Query'],
      [BLOBS]: ['s3:GetObject', 's3:PutObject'],
      [UPLOADS]: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      [STORED_PLANS]: ['s3:DeleteObject'],
      // or it would be told of a missing upload that it may not read it
      [BUCKET]: ['s3:ListBucket'],
      [MACHINES]: ['states:CreateStateMachine', 'states:StartExecution'],
      [EXECUTIONS]: ['states:StopExecution'],
      '<ExecutionRole.Arn>': ['iam:PassRole'],
      '<StartsQueue.Arn>': ['sqs:SendMessage'],
      '*': ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess', ...TRACES],
    });
  });
});
