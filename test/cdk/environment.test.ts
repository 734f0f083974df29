import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, type FunctionName } from '../../lambdas/function-names.ts';
import { type Environment, readEnvironment } from '../../lib/aws/environment.ts';
import { MACHINE_VARIABLES } from '../../lib/aws/machine-options.ts';
import { PLANNER_VARIABLES } from '../../lib/aws/make-planner.ts';
import { makeTemplate, type Props } from './make-template.ts';
import { environmentOf } from './resources.ts';

const template = makeTemplate();
const RUNTIME = ['TABLE_NAME', 'BUCKET_NAME'] as const;

/** What the file of each function reads. */
const READ: Readonly<Record<FunctionName, readonly (keyof Environment)[]>> = {
  'run-task': [...RUNTIME, 'START_QUEUE_URL', 'AGENT_TARGET', 'TOOL_TARGET'],
  'admit-task': RUNTIME,
  'list-items': RUNTIME,
  'settle-task': [...RUNTIME, 'START_QUEUE_URL'],
  'finish-run': [...RUNTIME, 'START_QUEUE_URL'],
  planner: [...RUNTIME, 'START_QUEUE_URL', ...MACHINE_VARIABLES, ...PLANNER_VARIABLES],
  reconcile: [...RUNTIME, 'START_QUEUE_URL', 'STATE_MACHINE_ROLE_ARN'],
  'publish-events': ['TABLE_NAME', 'EVENT_BUS_NAME'],
  housekeeping: [...RUNTIME, 'STATE_MACHINE_ROLE_ARN', 'MACHINE_RETENTION_DAYS', 'RUN_RETENTION_DAYS'],
  api: [...RUNTIME, 'START_QUEUE_URL', 'TENANT_ID', 'TENANT_CLAIM', ...MACHINE_VARIABLES, ...PLANNER_VARIABLES],
};

/** Values as they are once deployed: references stand for ARNs, URLs and names. */
function deployed(name: FunctionName, props?: Props): Record<string, string> {
  const real = (variable: string, value: string): string => {
    if (!value.includes('<')) return value;
    if (/_(ARN|CLASSES)$/.test(variable)) return value.replace(/<[^>]*>/g, 'arn:aws:any:us-east-1:123456789012:any');
    return variable.endsWith('_URL') ? 'https://any.example' : 'any';
  };
  const variables = Object.entries(environmentOf(props === undefined ? template : makeTemplate(props), name));
  return { AWS_REGION: 'us-east-1', ...Object.fromEntries(variables.map(([key, value]) => [key, real(key, value)])) };
}

describe.each(FUNCTION_NAMES)('%s', (name) => {
  it('finds all it reads', () => {
    expect(() => readEnvironment(READ[name], deployed(name))).not.toThrow();
  });

  it('is told nothing else', () => {
    const common = ['NODE_OPTIONS', 'BUCKET_NAME', 'POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_LOG_LEVEL'];

    expect(Object.keys(environmentOf(template, name)).filter((key) => ![...READ[name], ...common].includes(key))).toEqual([]);
  });
});

describe('what is asked for reaches who reads it', () => {
  const agentTarget = { type: 'lambda', arn: 'arn:aws:lambda:us-east-1:123456789012:function:agents', callbacks: true } as const;
  const toolTarget = {
    type: 'http',
    url: 'https://tools.example/run',
    header: 'x-key',
    secret_arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1b2c3',
  } as const;
  const props: Props = {
    agentTarget,
    toolTarget,
    tenantId: 'us',
    tenantClaim: 'custom:tenant',
    authorization: { type: 'jwt', issuer: 'https://issuer.example', audience: ['us'] },
    maxParallelTasks: 20,
    sharedPools: { gpu: 3 },
    taskTimeoutSec: 0.5,
    machineRetentionDays: 14,
    runRetentionDays: 60,
    executionLogLevel: 'FATAL',
    executionTracing: true,
    logLevel: 'DEBUG',
  };

  it.each(['run-task', 'api', 'planner'] as const)('%s knows the targets', (name) => {
    expect(readEnvironment(['AGENT_TARGET', 'TOOL_TARGET'], deployed(name, props))).toEqual({
      AGENT_TARGET: agentTarget,
      TOOL_TARGET: { ...toolTarget, callbacks: false },
    });
  });

  it('api knows tenants and limits', () => {
    const read = readEnvironment(['TENANT_ID', 'TENANT_CLAIM', 'MAX_PARALLEL_TASKS', 'TASK_TIMEOUT_SEC'], deployed('api', props));

    expect(read).toEqual({ TENANT_ID: 'us', TENANT_CLAIM: 'custom:tenant', MAX_PARALLEL_TASKS: 20, TASK_TIMEOUT_SEC: 0.5 });
  });

  it('api leaves limits to plans and knows one tenant where nothing is asked for', () => {
    const read = readEnvironment(['TENANT_ID', 'TENANT_CLAIM', 'MAX_PARALLEL_TASKS', 'TASK_TIMEOUT_SEC'], deployed('api'));

    expect(read).toEqual({ TENANT_ID: 'default' });
  });

  it('housekeeping knows how long runs and machines are kept', () => {
    const read = (name: FunctionName, given?: Props) =>
      readEnvironment(['MACHINE_RETENTION_DAYS', 'RUN_RETENTION_DAYS'], deployed(name, given));

    expect(read('housekeeping', props)).toEqual({ MACHINE_RETENTION_DAYS: 14, RUN_RETENTION_DAYS: 60 });
    expect(read('housekeeping')).toEqual({ MACHINE_RETENTION_DAYS: 90 });
  });

  it.each(['planner', 'api'] as const)('%s makes machines that log and are traced', (name) => {
    const read = readEnvironment(['STATE_MACHINE_LOG_LEVEL', 'STATE_MACHINE_TRACING'], deployed(name, props));

    expect(read).toEqual({ STATE_MACHINE_LOG_LEVEL: 'FATAL', STATE_MACHINE_TRACING: true });
    expect(environmentOf(makeTemplate(props), name).STATE_MACHINE_LOG_GROUP_ARN).toBe('<ExecutionLogsLog.Arn>');
  });

  it('planner knows limits as well', () => {
    const read = readEnvironment(['MAX_PARALLEL_TASKS', 'SHARED_POOLS', 'TASK_TIMEOUT_SEC'], deployed('planner', props));

    expect(read).toEqual({ MAX_PARALLEL_TASKS: 20, SHARED_POOLS: { gpu: 3 }, TASK_TIMEOUT_SEC: 0.5 });
  });

  it.each(['planner', 'api'] as const)('%s knows which function is which', (name) => {
    expect(environmentOf(template, name)).toMatchObject({
      RUN_TASK_CLASSES: '[{"name":"default","function_arn":"<FunctionsruntaskFunction.Arn>","memory_mb":512}]',
      ADMIT_TASK_ARN: '<FunctionsadmittaskFunction.Arn>',
      LIST_ITEMS_ARN: '<FunctionslistitemsFunction.Arn>',
      SETTLE_TASK_ARN: '<FunctionssettletaskFunction.Arn>',
      FINISH_RUN_ARN: '<FunctionsfinishrunFunction.Arn>',
      STATE_MACHINE_ROLE_ARN: '<ExecutionRole.Arn>',
    });
  });

  it('all log from the level that is asked for', () => {
    const asked = makeTemplate(props);

    for (const name of FUNCTION_NAMES) expect(environmentOf(asked, name).POWERTOOLS_LOG_LEVEL).toBe('DEBUG');
  });
});

it('a claim for the tenant needs tokens that have claims', () => {
  expect(() => makeTemplate({ tenantClaim: 'tenant' })).toThrow(/tenantClaim.*jwt/);
});
