import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../lambdas/function-names.ts';
import { BLOBS, LOGS, MACHINES } from './arns.ts';
import { makeTemplate } from './make-template.ts';
import { permissionsOf, permissionsOfFunction, statementsOf } from './permissions-of.ts';
import { resourcesOf } from './resources.ts';

const template = makeTemplate();

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
