import type { CompileOptions } from '../compiler/compile.ts';
import { Planner } from '../planning/planner.ts';
import type { SubmitPorts } from '../runtime/start-run.ts';
import type { Environment } from './environment.ts';
import { machineArns, machineHome } from './machine-arn.ts';
import type { Target } from './target.ts';

/** The variables that say what plans are compiled to. */
export const PLANNER_VARIABLES = [
  'AWS_REGION',
  'STATE_MACHINE_ROLE_ARN',
  'RUN_TASK_CLASSES',
  'ADMIT_TASK_ARN',
  'LIST_ITEMS_ARN',
  'SETTLE_TASK_ARN',
  'FINISH_RUN_ARN',
  'AGENT_TARGET',
  'TOOL_TARGET',
  'MAX_PARALLEL_TASKS',
  'SHARED_POOLS',
  'TASK_TIMEOUT_SEC',
] as const satisfies readonly (keyof Environment)[];

export type PlannerEnvironment = Pick<Environment, (typeof PLANNER_VARIABLES)[number]>;

/** Takes plans for a deployment. */
export function makePlanner(ports: SubmitPorts, environment: PlannerEnvironment): Planner {
  return new Planner({
    ports,
    targets: compileTargets(environment),
    maxParallelTasks: environment.MAX_PARALLEL_TASKS,
    taskTimeoutSec: environment.TASK_TIMEOUT_SEC,
    pools: environment.SHARED_POOLS,
  });
}

/** What definitions refer to, and which tasks may be finished by callback. */
export function compileTargets(environment: PlannerEnvironment): Pick<CompileOptions, 'functions' | 'machineArn' | 'callbackTypes'> {
  return {
    functions: {
      runTask: environment.RUN_TASK_CLASSES.map(({ name, function_arn, memory_mb }) => ({
        name,
        functionName: function_arn,
        memoryMb: memory_mb,
      })),
      admitTask: environment.ADMIT_TASK_ARN,
      listItems: environment.LIST_ITEMS_ARN,
      settleTask: environment.SETTLE_TASK_ARN,
      finishRun: environment.FINISH_RUN_ARN,
    },
    machineArn: machineArns(machineHome(environment.STATE_MACHINE_ROLE_ARN, environment.AWS_REGION)),
    callbackTypes: [
      ...(reportsLater(environment.AGENT_TARGET) ? (['atomic', 'llm_call'] as const) : []),
      ...(reportsLater(environment.TOOL_TARGET) ? (['tool_call'] as const) : []),
    ],
  };
}

function reportsLater(target: Target): boolean {
  return target.type !== 'mock' && target.callbacks;
}
