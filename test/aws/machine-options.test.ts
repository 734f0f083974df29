import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../lib/aws/environment.ts';
import { MACHINE_VARIABLES, machineOptions } from '../../lib/aws/machine-options.ts';

const LOG_GROUP_ARN = 'arn:aws:logs:us-east-1:123456789012:log-group:machines';
const ENVIRONMENT = { AWS_REGION: 'us-east-1', STATE_MACHINE_ROLE_ARN: 'arn:aws:iam::123456789012:role/machines' };
const optionsOf = (environment: Record<string, string>) =>
  machineOptions(readEnvironment(MACHINE_VARIABLES, { ...ENVIRONMENT, ...environment }));

test('machines run under the role, where the role is', () => {
  const { roleArn, machineArn } = optionsOf({});

  expect(roleArn).toBe('arn:aws:iam::123456789012:role/machines');
  expect(machineArn('m')).toBe('arn:aws:states:us-east-1:123456789012:stateMachine:m');
});

describe('tracing', () => {
  test.each([
    [{}, false],
    [{ STATE_MACHINE_TRACING: 'false' }, false],
    [{ STATE_MACHINE_TRACING: 'true' }, true],
  ])('%j', (environment, tracing) => {
    expect(optionsOf(environment).tracing).toBe(tracing);
  });
});

describe('logging', () => {
  const logging = (level: string) => ({
    level,
    includeExecutionData: false,
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `${LOG_GROUP_ARN}:*` } }],
  });

  test('is off without a log group, whatever the level', () => {
    expect(optionsOf({ STATE_MACHINE_LOG_LEVEL: 'ALL' })).not.toHaveProperty('logging');
  });

  test.each([
    ['the name of the group', { STATE_MACHINE_LOG_GROUP_ARN: LOG_GROUP_ARN }, 'ERROR'],
    ['the ARN with its streams', { STATE_MACHINE_LOG_GROUP_ARN: `${LOG_GROUP_ARN}:*` }, 'ERROR'],
    ['a level', { STATE_MACHINE_LOG_GROUP_ARN: LOG_GROUP_ARN, STATE_MACHINE_LOG_LEVEL: 'ALL' }, 'ALL'],
  ])('goes to the streams of the group, without data: %s', (_, environment, level) => {
    expect(optionsOf(environment).logging).toEqual(logging(level));
  });
});
