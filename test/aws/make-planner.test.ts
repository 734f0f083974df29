import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../lib/aws/environment.ts';
import { compileTargets, makePlanner, PLANNER_VARIABLES } from '../../lib/aws/make-planner.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import type { StartQueue } from '../../lib/runtime/ports/start-queue.ts';

const lambdaArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const NO_QUEUE: StartQueue = { send: async () => {} };

function environmentWith(environment: Record<string, string>) {
  return readEnvironment(PLANNER_VARIABLES, {
    AWS_REGION: 'us-east-1',
    STATE_MACHINE_ROLE_ARN: 'arn:aws:iam::123456789012:role/machines',
    RUN_TASK_CLASSES: JSON.stringify([
      { name: 'small', function_arn: lambdaArn('run-task'), memory_mb: 512 },
      { name: 'large', function_arn: lambdaArn('run-task-large'), memory_mb: 4096 },
    ]),
    ADMIT_TASK_ARN: lambdaArn('admit-task'),
    LIST_ITEMS_ARN: lambdaArn('list-items'),
    SETTLE_TASK_ARN: lambdaArn('settle-task'),
    FINISH_RUN_ARN: lambdaArn('finish-run'),
    ...environment,
  });
}

const target = (callbacks: boolean) => JSON.stringify({ type: 'lambda', arn: lambdaArn('target'), callbacks });

describe('compileTargets', () => {
  test('definitions refer to the functions and machines of the deployment', () => {
    const { functions, machineArn } = compileTargets(environmentWith({}));

    expect(functions).toEqual({
      runTask: [
        { name: 'small', functionName: lambdaArn('run-task'), memoryMb: 512 },
        { name: 'large', functionName: lambdaArn('run-task-large'), memoryMb: 4096 },
      ],
      admitTask: lambdaArn('admit-task'),
      listItems: lambdaArn('list-items'),
      settleTask: lambdaArn('settle-task'),
      finishRun: lambdaArn('finish-run'),
    });
    expect(machineArn('m')).toBe('arn:aws:states:us-east-1:123456789012:stateMachine:m');
  });

  test.each([
    ['nobody', {}, []],
    ['no target that does not say so', { AGENT_TARGET: target(false), TOOL_TARGET: target(false) }, []],
    ['agents', { AGENT_TARGET: target(true), TOOL_TARGET: target(false) }, ['atomic', 'llm_call']],
    ['tools', { AGENT_TARGET: target(false), TOOL_TARGET: target(true) }, ['tool_call']],
    ['both', { AGENT_TARGET: target(true), TOOL_TARGET: target(true) }, ['atomic', 'llm_call', 'tool_call']],
  ])('%s may report later', (_, environment, types) => {
    expect(compileTargets(environmentWith(environment)).callbackTypes).toEqual(types);
  });
});

describe('makePlanner', () => {
  const plan = { plan_id: 'p', tasks: Array.from({ length: 5 }, (_, n) => ({ task_id: `t${n}` })) };

  function plannerWith(environment: Record<string, string>) {
    const { runtime, blobs } = new LocalPlatform({});
    return makePlanner({ runtime, blobs, queue: NO_QUEUE }, environmentWith(environment));
  }

  test('compiles for the deployment', async () => {
    const { machines } = (await plannerWith({}).prepare({ plan })).compilation;

    for (const name of ['run-task', 'settle-task', 'finish-run']) expect(machines.at(-1)?.definition).toContain(lambdaArn(name));
  });

  test('gives each task the function of its size', async () => {
    const tasks = [{ task_id: 'a' }, { task_id: 'b', resources: { memory_mb: 513 } }];

    const definition = (await plannerWith({}).prepare({ plan: { tasks } })).compilation.machines.at(-1)!.definition;

    const { Branches } = Object.values((JSON.parse(definition) as { States: Record<string, { Branches?: object[] }> }).States)[0]!;
    expect(Branches).toMatchObject([
      { States: { a: { Arguments: { FunctionName: lambdaArn('run-task') } } } },
      { States: { b: { Arguments: { FunctionName: lambdaArn('run-task-large') } } } },
    ]);
  });

  test('refuses tasks that no function is large enough for', async () => {
    const tasks = [{ task_id: 'a', resources: { memory_mb: 4097 } }];

    await expect(plannerWith({}).prepare({ plan: { tasks } })).rejects.toThrow(/E5503 \$\.tasks\[0\]\.resources\.memory_mb/);
  });

  test('keeps the deployment’s limits', async () => {
    const { compilation } = await plannerWith({ MAX_PARALLEL_TASKS: '2', TASK_TIMEOUT_SEC: '7' }).prepare({ plan });

    const { spec, machines } = compilation;
    expect(spec.tasks.map(({ timeoutSec }) => timeoutSec)).toEqual([7, 7, 7, 7, 7]);
    expect(machines.at(-1)?.definition).toContain('"MaxConcurrency":2');
  });
});
