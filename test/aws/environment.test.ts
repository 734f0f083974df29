import { describe, expect, test } from 'vitest';
import { type Environment, readEnvironment } from '../../lib/aws/environment.ts';
import type { EnvironmentError } from '../../lib/aws/errors.ts';

const read = <K extends keyof Environment>(name: K, value?: string) => readEnvironment([name], { [name]: value })[name];

function errorOf(names: readonly (keyof Environment)[], environment: Record<string, string>): EnvironmentError {
  try {
    readEnvironment(names, environment);
  } catch (error) {
    return error as EnvironmentError;
  }
  throw new Error('the environment was accepted');
}

test('gives the variables that are asked for, and none else', () => {
  const environment = { TABLE_NAME: 'table', BUCKET_NAME: 'bucket', HOME: '/' };

  expect(readEnvironment(['TABLE_NAME'], environment)).toEqual({ TABLE_NAME: 'table' });
});

test('does not mind what is wrong with the others', () => {
  expect(readEnvironment(['TABLE_NAME'], { TABLE_NAME: 'table', START_QUEUE_URL: 'nonsense' })).toEqual({ TABLE_NAME: 'table' });
});

test('reads the environment of the process', () => {
  expect(() => readEnvironment(['STATE_MACHINE_ROLE_ARN'])).toThrow('STATE_MACHINE_ROLE_ARN');
});

test('tells all problems at once', () => {
  const error = errorOf(
    ['TABLE_NAME', 'ADMIT_TASK_ARN', 'RUN_TASK_CLASSES', 'AGENT_TARGET', 'TOOL_TARGET', 'BUCKET_NAME', 'STATE_MACHINE_LOG_LEVEL'],
    {
      ADMIT_TASK_ARN: 'admit-task',
      RUN_TASK_CLASSES: '[]',
      AGENT_TARGET: '{',
      TOOL_TARGET: '{"type":"http","url":"http://tools.example"}',
      BUCKET_NAME: 'bucket',
      STATE_MACHINE_LOG_LEVEL: 'DEBUG',
    },
  );

  expect(error).toMatchObject({ name: 'EnvironmentError', code: 'E5200' });
  const problems = error.message.replace('the environment variables are not right: ', '').split('; ');
  expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
    'ADMIT_TASK_ARN',
    'AGENT_TARGET',
    'RUN_TASK_CLASSES',
    'STATE_MACHINE_LOG_LEVEL',
    'TABLE_NAME',
    'TOOL_TARGET.url',
  ]);
});

describe('a variable', () => {
  test.each([
    ['TENANT_ID', 'default'],
    ['TENANT_CLAIM', undefined],
    ['STATE_MACHINE_LOG_GROUP_ARN', undefined],
    ['STATE_MACHINE_LOG_LEVEL', 'ERROR'],
    ['STATE_MACHINE_TRACING', false],
    ['AGENT_TARGET', { type: 'mock' }],
    ['TOOL_TARGET', { type: 'mock' }],
    ['MAX_PARALLEL_TASKS', undefined],
    ['TASK_TIMEOUT_SEC', undefined],
    ['MACHINE_RETENTION_DAYS', 90],
    ['RUN_RETENTION_DAYS', undefined],
  ] as const)('%s is %j where it is left out or empty', (name, expected) => {
    expect(read(name)).toEqual(expected);
    expect(read(name, '')).toEqual(expected);
  });

  test.each([
    'AWS_REGION',
    'TABLE_NAME',
    'BUCKET_NAME',
    'START_QUEUE_URL',
    'EVENT_BUS_NAME',
    'STATE_MACHINE_ROLE_ARN',
    'RUN_TASK_CLASSES',
    'ADMIT_TASK_ARN',
    'LIST_ITEMS_ARN',
    'SETTLE_TASK_ARN',
    'FINISH_RUN_ARN',
  ] as const)('%s must be there', (name) => {
    expect(() => read(name)).toThrow(name);
    expect(() => read(name, '')).toThrow(name);
  });

  test.each([
    ['STATE_MACHINE_TRACING', 'true', true],
    ['STATE_MACHINE_TRACING', 'false', false],
    ['MAX_PARALLEL_TASKS', '1', 1],
    ['TASK_TIMEOUT_SEC', '0.5', 0.5],
    ['MACHINE_RETENTION_DAYS', '14', 14],
    ['RUN_RETENTION_DAYS', '60', 60],
    ['STATE_MACHINE_LOG_LEVEL', 'ALL', 'ALL'],
    [
      'START_QUEUE_URL',
      'https://sqs.us-east-1.amazonaws.com/123456789012/starts',
      'https://sqs.us-east-1.amazonaws.com/123456789012/starts',
    ],
    [
      'RUN_TASK_CLASSES',
      '[{"name":"small","function_arn":"arn:f","memory_mb":512}]',
      [{ name: 'small', function_arn: 'arn:f', memory_mb: 512 }],
    ],
    [
      'AGENT_TARGET',
      '{"type":"http","url":"https://agents.example","callbacks":true}',
      { type: 'http', url: 'https://agents.example', callbacks: true },
    ],
  ] as const)('%s = %s is read', (name, text, expected) => {
    expect(read(name, text)).toEqual(expected);
  });

  test.each([
    ['STATE_MACHINE_TRACING', 'maybe'],
    ['MAX_PARALLEL_TASKS', '0'],
    ['MAX_PARALLEL_TASKS', '1.5'],
    ['MAX_PARALLEL_TASKS', 'many'],
    ['TASK_TIMEOUT_SEC', '0'],
    ['MACHINE_RETENTION_DAYS', '0'],
    ['RUN_RETENTION_DAYS', 'never'],
    ['TASK_TIMEOUT_SEC', '-1'],
    ['RUN_TASK_CLASSES', 'run-task'],
    ['RUN_TASK_CLASSES', '[{"name":"small","function_arn":"run-task","memory_mb":512}]'],
    ['RUN_TASK_CLASSES', '[{"name":"small","function_arn":"arn:f","memory_mb":0}]'],
    ['RUN_TASK_CLASSES', '[{"name":"small","function_arn":"arn:f","memory_mb":512,"cores":2}]'],
    ['START_QUEUE_URL', 'starts'],
    ['FINISH_RUN_ARN', 'finish-run'],
  ] as const)('%s = %s is refused', (name, text) => {
    expect(() => read(name, text)).toThrow(name);
  });
});
