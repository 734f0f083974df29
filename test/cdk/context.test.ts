import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { KNOBS, propsFromContext } from '../../cdk/context.ts';
import { ContextError } from '../../cdk/errors.ts';
import { makeTemplate, type Props } from './make-template.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:agents';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1b2c3';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';

const read = (context: Record<string, unknown>): Props => propsFromContext((name) => context[name]);

/** Of each knob: what the command line says, and the prop that it makes. */
const SAID: { readonly [Knob in keyof typeof KNOBS]: readonly [text: string, prop: Props[Knob]] } = {
  authorization: [
    '{"type":"jwt","issuer":"https://issuer.example","audience":["us"]}',
    { type: 'jwt', issuer: 'https://issuer.example', audience: ['us'] },
  ],
  agentTarget: [`{"type":"lambda","arn":"${LAMBDA}","callbacks":true}`, { type: 'lambda', arn: LAMBDA, callbacks: true }],
  toolTarget: [
    `{"type":"http","url":"https://tools.example","header":"x-key","secret_arn":"${SECRET}"}`,
    { type: 'http', url: 'https://tools.example', header: 'x-key', secret_arn: SECRET, callbacks: false },
  ],
  tenantId: ['us', 'us'],
  tenantClaim: ['custom:tenant', 'custom:tenant'],
  maxParallelTasks: ['20', 20],
  sharedPools: ['{"gpu":3}', { gpu: 3 }],
  taskTimeoutSec: ['0.5', 0.5],
  sizeClasses: [
    '[{"name":"small","memoryMb":512},{"name":"large","memoryMb":4096}]',
    [
      { name: 'small', memoryMb: 512 },
      { name: 'large', memoryMb: 4096 },
    ],
  ],
  functions: ['{"run-task":{"memoryMb":2048,"reservedConcurrency":9}}', { 'run-task': { memoryMb: 2048, reservedConcurrency: 9 } }],
  logLevel: ['DEBUG', 'DEBUG'],
  logRetention: ['7', RetentionDays.ONE_WEEK],
  tracing: ['false', false],
  executionTracing: ['true', true],
  executionLogLevel: ['FATAL', 'FATAL'],
  machineRetentionDays: ['14', 14],
  runRetentionDays: ['60', 60],
  blobExpirationDays: ['30', 30],
  removalPolicy: ['destroy', RemovalPolicy.DESTROY],
  apiRateLimit: ['7', 7],
  apiBurstLimit: ['9', 9],
  alarmTopicArn: [TOPIC, TOPIC],
};
const KNOB_NAMES = Object.keys(KNOBS) as (keyof typeof KNOBS)[];
/** Claims need tokens. */
const NEEDED: { readonly [Knob in keyof typeof KNOBS]?: Record<string, unknown> } = {
  tenantClaim: { authorization: SAID.authorization[0] },
};

const BY_DEFAULT = makeTemplate().toJSON();

describe.each(KNOB_NAMES)('%s', (knob) => {
  const [text, prop] = SAID[knob];

  it('is read from the command line', () => {
    expect(read({ [knob]: text })).toEqual({ [knob]: prop });
  });

  it('is read from cdk.json', () => {
    expect(read({ [knob]: prop })).toEqual({ [knob]: prop });
  });

  it('reaches the template', () => {
    const needed = NEEDED[knob];
    const without = needed === undefined ? BY_DEFAULT : makeTemplate(read(needed)).toJSON();

    expect(makeTemplate(read({ ...needed, [knob]: text })).toJSON()).not.toEqual(without);
  });

  it.each(['', null])('is left out where it is %j', (nothing) => {
    expect(read({ [knob]: nothing })).toEqual({});
  });
});

it('a context that says nothing leaves everything as it is by default', () => {
  expect(read({})).toEqual({});
  expect(makeTemplate(read({})).toJSON()).toEqual(BY_DEFAULT);
});

it.each(['iam', 'none'])('authorization is known by its name alone: %s', (type) => {
  expect(read({ authorization: type })).toEqual({ authorization: { type } });
});

it('a tenant may be called by a number', () => {
  expect(read({ tenantId: '123' })).toEqual({ tenantId: '123' });
  expect(read({ tenantId: 123 })).toEqual({ tenantId: '123' });
});

describe('what is not understood is refused by its name', () => {
  it.each<[string, Record<string, unknown>]>([
    ['authorization.type', { authorization: 'everybody' }],
    ['authorization.audience', { authorization: { type: 'jwt', issuer: 'https://issuer.example', audience: [] } }],
    ['authorization.issuer', { authorization: { type: 'jwt', issuer: 'http://issuer.example', audience: ['us'] } }],
    ['agentTarget.type', { agentTarget: { type: 'carrier-pigeon' } }],
    ['agentTarget.arn', { agentTarget: { type: 'lambda', arn: 'agents' } }],
    ['toolTarget.url', { toolTarget: { type: 'http', url: 'http://tools.example' } }],
    ['toolTarget', { toolTarget: { type: 'http', url: 'https://tools.example', header: 'x-key' } }],
    ['toolTarget', { toolTarget: { type: 'mock', speed: 2 } }],
    ['maxParallelTasks', { maxParallelTasks: 'many' }],
    ['maxParallelTasks', { maxParallelTasks: 0 }],
    ['sharedPools', { sharedPools: [] }],
    ['taskTimeoutSec', { taskTimeoutSec: -1 }],
    ['sizeClasses', { sizeClasses: 'large' }],
    ['sizeClasses', { sizeClasses: [] }],
    ['sizeClasses', { sizeClasses: Array.from({ length: 9 }, (_, n) => ({ name: `c${n}`, memoryMb: 512 + n })) }],
    ['sizeClasses.0.name', { sizeClasses: [{ name: 'Large one', memoryMb: 512 }] }],
    ['sizeClasses.0.memoryMb', { sizeClasses: [{ name: 'large', memoryMb: 10_241 }] }],
    ['sizeClasses.0', { sizeClasses: [{ name: 'large', memoryMb: 512, cores: 1 }] }],
    ['functions', { functions: { 'run-tsk': { memoryMb: 512 } } }],
    ['functions.api', { functions: { api: { memory: 512 } } }],
    ['functions.api.memoryMb', { functions: { api: { memoryMb: 127 } } }],
    ['functions.api.memoryMb', { functions: { api: { memoryMb: 10_241 } } }],
    ['functions.api.timeoutSec', { functions: { api: { timeoutSec: 901 } } }],
    ['functions.api.reservedConcurrency', { functions: { api: { reservedConcurrency: -1 } } }],
    ['logLevel', { logLevel: 'LOUD' }],
    ['logRetention', { logRetention: 8 }],
    ['tracing', { tracing: 'yes' }],
    ['executionTracing', { executionTracing: 1 }],
    ['executionLogLevel', { executionLogLevel: 'DEBUG' }],
    ['machineRetentionDays', { machineRetentionDays: 0 }],
    ['runRetentionDays', { runRetentionDays: 'never' }],
    ['blobExpirationDays', { blobExpirationDays: 1.5 }],
    ['removalPolicy', { removalPolicy: 'snapshot' }],
    ['apiRateLimit', { apiRateLimit: true }],
    ['apiBurstLimit', { apiBurstLimit: -9 }],
    ['alarmTopicArn', { alarmTopicArn: 'alarms' }],
  ])('%s in %j', (name, context) => {
    const problems = problemsOf(context);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .`));
  });

  it('all at once', () => {
    expect(problemsOf({ tracing: 'yes', logLevel: 'LOUD', maxParallelTasks: 0 }).map((problem) => problem.split(':')[0])).toEqual([
      'maxParallelTasks',
      'logLevel',
      'tracing',
    ]);
  });

  it('in one line', () => {
    expect(() => read({ tracing: 'yes' })).toThrow(/^the context is not right: tracing: [^\n]*$/);
  });
});

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    read(context);
  } catch (error) {
    if (error instanceof ContextError) return error.problems;
    throw error;
  }
  return [];
}
