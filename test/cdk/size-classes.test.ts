import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { makeTemplate, type Props } from './make-template.ts';
import { permissionsOf, permissionsOfFunction } from './permissions-of.ts';
import { environmentOf, functionOf, type Resource, resourcesOf } from './resources.ts';
import { widgetsOf } from './shown-metrics.ts';

const AGENTS = 'arn:aws:lambda:us-east-1:123456789012:function:agents';
const SMALL = 'FunctionsruntaskFunction';
const LARGE = 'FunctionsruntasklargeFunction';

const template = makeTemplate({
  sizeClasses: [
    { name: 'large', memoryMb: 4096 },
    { name: 'small', memoryMb: 256 },
  ],
  functions: { 'run-task': { timeoutSec: 600, reservedConcurrency: 9 } },
  agentTarget: { type: 'lambda', arn: AGENTS },
  removalPolicy: RemovalPolicy.DESTROY,
});
const functions = resourcesOf(template, 'AWS::Lambda::Function');
const settingsOf = ({ Properties }: Resource) => [Properties.MemorySize, Properties.Timeout, Properties.ReservedConcurrentExecutions];

describe('each size class', () => {
  it('is a function that has its memory, the smallest run-task itself', () => {
    expect(settingsOf(functions[SMALL]!)).toEqual([256, 600, 9]);
    expect(settingsOf(functions[LARGE]!)).toEqual([4096, 600, 9]);
    expect(Object.keys(functions).filter((name) => name.startsWith('Functionsruntask'))).toEqual([SMALL, LARGE]);
  });

  it('is the same program, told the same', () => {
    const { Code: code, Environment: environment } = functions[SMALL]!.Properties;

    expect(functions[LARGE]!.Properties).toMatchObject({ Code: code, Environment: environment });
    expect(environmentOf(template, 'run-task')).toMatchObject({ AGENT_TARGET: expect.stringContaining(AGENTS) });
  });

  it('may do the same', () => {
    const { '<FunctionsruntaskLogs.Arn>': smallLogs, ...ofSmall } = permissionsOf(template, 'FunctionsruntaskRole');
    const { '<FunctionsruntasklargeLogs.Arn>': largeLogs, ...ofLarge } = permissionsOf(template, 'FunctionsruntasklargeRole');

    expect(ofLarge).toEqual(ofSmall);
    expect(largeLogs).toEqual(smallLogs);
    expect(ofLarge[AGENTS]).toEqual(['lambda:InvokeFunction']);
  });

  it('may be invoked by state machines', () => {
    expect(permissionsOf(template, 'ExecutionRole')).toMatchObject({
      [`<${SMALL}.Arn>`]: ['lambda:InvokeFunction'],
      [`<${LARGE}.Arn>`]: ['lambda:InvokeFunction'],
    });
  });

  it('is known to the function that compiles plans, the smallest first', () => {
    expect(JSON.parse(environmentOf(template, 'api').RUN_TASK_CLASSES!)).toEqual([
      { name: 'small', function_arn: `<${SMALL}.Arn>`, memory_mb: 256 },
      { name: 'large', function_arn: `<${LARGE}.Arn>`, memory_mb: 4096 },
    ]);
  });

  it('is gone before the cleaning up begins', () => {
    const [cleanUp] = Object.keys(template.findResources('Custom::CleanUp'));
    const after = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([, { DependsOn = [] }]) =>
      DependsOn.includes(cleanUp),
    );

    expect(after.filter(([id]) => id.includes('runtask'))).toHaveLength(2);
  });

  it('is shown on the dashboard', () => {
    const names = widgetsOf(template)
      .get('Function errors')!
      .metrics.map(({ dimensions }) => dimensions.FunctionName);

    expect(names).toEqual(expect.arrayContaining([`<${SMALL}>`, `<${LARGE}>`]));
  });
});

describe('without size classes', () => {
  it('there is one, with the memory that run-task has', () => {
    const asked = makeTemplate({ functions: { 'run-task': { memoryMb: 2048 } } });

    expect(functionOf(asked, 'run-task').MemorySize).toBe(2048);
    expect(JSON.parse(environmentOf(asked, 'api').RUN_TASK_CLASSES!)).toEqual([
      { name: 'default', function_arn: `<${SMALL}.Arn>`, memory_mb: 2048 },
    ]);
  });

  it('all is as it is with one of the default size', () => {
    const one = makeTemplate({ sizeClasses: [{ name: 'default', memoryMb: 512 }] });

    expect(one.toJSON()).toEqual(makeTemplate().toJSON());
    expect(permissionsOfFunction(one, 'run-task')).toEqual(permissionsOfFunction(makeTemplate(), 'run-task'));
  });
});

describe('classes that contradict each other are refused', () => {
  it.each<[string, Props]>([
    ['sizeClasses: 1 to 8, not 0', { sizeClasses: [] }],
    ['sizeClasses: 1 to 8, not 9', { sizeClasses: Array.from({ length: 9 }, (_, n) => ({ name: `c${n}`, memoryMb: 512 + n })) }],
    ['sizeClasses: two have the same name', { sizeClasses: [512, 1024].map((memoryMb) => ({ name: 'a', memoryMb })) }],
    ['sizeClasses: two have the same memoryMb', { sizeClasses: ['a', 'b'].map((name) => ({ name, memoryMb: 512 })) }],
    [
      'functions.run-task.memoryMb: sizeClasses say it',
      { sizeClasses: [{ name: 'a', memoryMb: 512 }], functions: { 'run-task': { memoryMb: 512 } } },
    ],
  ])('%s', (message, props) => {
    expect(() => makeTemplate(props)).toThrow(new TypeError(message));
  });
});
