import { describe, expect, it } from 'vitest';
import { AWS_STATES, MACHINES } from './arns.ts';
import { makeTemplate } from './make-template.ts';
import { permissionsOf, statementsOf } from './permissions-of.ts';
import { resourcesOf } from './resources.ts';

const template = makeTemplate();

describe('the execution role', () => {
  const functions = ['runtask', 'admittask', 'listitems', 'settletask', 'finishrun'].map((name) => `<Functions${name}Function.Arn>`);
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
