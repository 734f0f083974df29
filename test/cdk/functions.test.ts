import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, STATE_FUNCTIONS } from '../../lambdas/function-names.ts';
import { HANDLERS } from '../../lib/runtime/handlers.ts';
import { makeTemplate } from './make-template.ts';
import { functionOf, inLogicalId, resourceOf, resourcesOf } from './resources.ts';

const template = makeTemplate();

describe.each(FUNCTION_NAMES)('%s', (name) => {
  const properties = functionOf(template, name);

  it('runs on Node 24 and Graviton', () => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
  });

  it('is traced and shares the unreserved concurrency', () => {
    expect(properties.TracingConfig).toEqual({ Mode: 'Active' });
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('has a log and a role of its own', () => {
    expect(properties).toMatchObject({
      LoggingConfig: { LogGroup: `<${inLogicalId(name)}Logs>` },
      Role: `<${inLogicalId(name)}Role.Arn>`,
    });
  });
});

it('there are the functions that have names, and no others', () => {
  expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).sort()).toEqual(
    FUNCTION_NAMES.map((name) => `${inLogicalId(name)}Function`).sort(),
  );
});

it('each handler of states has its function', () => {
  expect([...STATE_FUNCTIONS].sort()).toEqual(Object.keys(HANDLERS).sort());
});

describe('memory and time', () => {
  it('are by default what each needs', () => {
    const settings = FUNCTION_NAMES.map((name) => [name, functionOf(template, name).MemorySize, functionOf(template, name).Timeout]);

    expect(settings).toEqual([
      ['run-task', 512, 900],
      ['admit-task', 512, 30],
      ['list-items', 512, 900],
      ['settle-task', 512, 900],
      ['finish-run', 512, 900],
      ['planner', 3008, 900],
      ['reconcile', 512, 900],
      ['publish-events', 512, 60],
      ['api', 1024, 30],
      ['housekeeping', 512, 900],
    ]);
  });

  const changed = makeTemplate({
    functions: {
      'run-task': { memoryMb: 2048, timeoutSec: 600, reservedConcurrency: 50 },
      api: { memoryMb: 512 },
      planner: { reservedConcurrency: 0 },
    },
  });

  it('and concurrency are what is asked for', () => {
    expect(functionOf(changed, 'run-task')).toMatchObject({ MemorySize: 2048, Timeout: 600, ReservedConcurrentExecutions: 50 });
    expect(functionOf(changed, 'planner')).toMatchObject({ MemorySize: 3008, Timeout: 900, ReservedConcurrentExecutions: 0 });
  });

  it('stay as they are where nothing is asked for', () => {
    expect(functionOf(changed, 'api')).toMatchObject({ MemorySize: 512, Timeout: 30 });
    expect(functionOf(changed, 'api')).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(functionOf(changed, 'admit-task')).toEqual(functionOf(template, 'admit-task'));
  });
});

it('can do without traces', () => {
  const untraced = makeTemplate({ tracing: false });

  for (const name of FUNCTION_NAMES) expect(functionOf(untraced, name)).not.toHaveProperty('TracingConfig');
});

it('log for as long as is asked for', () => {
  const logs = Object.values(resourcesOf(makeTemplate({ logRetention: RetentionDays.ONE_WEEK }), 'AWS::Logs::LogGroup'));

  expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual(Array(11).fill(7));
});

describe('executions of state machines', () => {
  const asked = makeTemplate({ executionLogLevel: 'ALL', executionTracing: true, logRetention: RetentionDays.ONE_DAY });

  it('log into a group of their own, where they are asked to', () => {
    const { LogGroupName, RetentionInDays } = resourceOf(asked, 'AWS::Logs::LogGroup', 'ExecutionLogs').Properties;

    expect(LogGroupName).toMatch(/^\/aws\/vendedlogs\/states\/TaskOrchestrator/);
    expect(RetentionInDays).toBe(1);
  });
});
