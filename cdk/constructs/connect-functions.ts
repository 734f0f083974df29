import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FUNCTION_NAMES, type FunctionName, type STATE_FUNCTIONS } from '../../lambdas/function-names.ts';
import type { ExecutionLogs } from './execution-logs.ts';
import type { ExecutionRole } from './execution-role.ts';
import type { ExecutorTarget } from './executor-target.ts';
import type { Functions } from './functions.ts';
import type { Grants } from './grants.ts';
import { BLOB_CALLS, EXECUTION_CALLS, TABLE_CALLS, TOKEN_CALLS } from './permissions.ts';
import type { StartQueue } from './start-queue.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

export interface Connections {
  readonly functions: Functions;
  readonly grants: Grants;
  readonly starts: StartQueue;
  readonly executionRole: ExecutionRole;
  readonly executionLogs: ExecutionLogs;
  readonly bus: EventBus;
}

const MOCK: ExecutorTarget = { type: 'mock' };
/** `run-task` calls the targets; `api` and `planner`, which compile plans, must know which of them report later. */
const KNOWING_TARGETS = ['run-task', 'api', 'planner'] as const satisfies readonly FunctionName[];
/** They begin and end tasks that are runs of other plans: those are left to the start queue, too. */
const LEAVING_STARTS = ['run-task', 'settle-task', 'finish-run', 'reconcile'] as const satisfies readonly FunctionName[];
/** They compile plans, make state machines and start them. */
const STARTING = ['planner', 'api'] as const satisfies readonly FunctionName[];
/**
 * A large plan takes its invocation's memory and minutes: it is alone in it. A few at once are enough, since all of them share the one
 * machine a second that Step Functions makes.
 */
const STARTS = { batchSize: 1, maxConcurrency: 5, reportBatchItemFailures: true };
const ARN_VARIABLES = {
  'admit-task': 'ADMIT_TASK_ARN',
  'list-items': 'LIST_ITEMS_ARN',
  'settle-task': 'SETTLE_TASK_ARN',
  'finish-run': 'FINISH_RUN_ARN',
} as const satisfies Record<Exclude<(typeof STATE_FUNCTIONS)[number], 'run-task'>, string>;

/** Tells each function what it needs to know and allows it what it does. */
export function connectFunctions(connections: Connections, props: TaskOrchestratorProps): void {
  const { functions, grants, starts, executionRole, bus } = connections;
  for (const name of FUNCTION_NAMES) {
    for (const each of functions.allOf(name)) {
      if (TABLE_CALLS[name] !== undefined) grants.table(each, TABLE_CALLS[name]);
      if (BLOB_CALLS[name] !== undefined) grants.blobs(each, BLOB_CALLS[name]);
      if (TOKEN_CALLS[name] !== undefined) grants.taskTokens(each, TOKEN_CALLS[name]);
      if (EXECUTION_CALLS[name] !== undefined) grants.executions(each, EXECUTION_CALLS[name]);
    }
  }
  for (const name of STARTING) connectStarting(connections, props, name);
  for (const leaving of LEAVING_STARTS.flatMap((name) => functions.allOf(name))) leaveStarts(connections, leaving);
  connectApi(connections, props);
  connectTargets(connections, props);
  // whose account is where executions are that are to be stopped
  functions.get('reconcile').addEnvironment('STATE_MACHINE_ROLE_ARN', executionRole.role.roleArn);
  functions.get('planner').addEventSource(new SqsEventSource(starts.queue, STARTS));
  bus.grantPutEventsTo(functions.get('publish-events'));
  functions.get('publish-events').addEnvironment('EVENT_BUS_NAME', bus.eventBusName);
}

function connectStarting(
  { functions, grants, starts, executionRole, executionLogs }: Connections,
  props: TaskOrchestratorProps,
  name: (typeof STARTING)[number],
): void {
  const starting = functions.get(name);
  grants.machines(starting);
  leaveStarts({ grants, starts }, starting);
  for (const [state, variable] of Object.entries(ARN_VARIABLES))
    starting.addEnvironment(variable, functions.get(state as keyof typeof ARN_VARIABLES).functionArn);
  starting.addEnvironment('RUN_TASK_CLASSES', runTaskClasses(functions));
  if (props.maxParallelTasks !== undefined) starting.addEnvironment('MAX_PARALLEL_TASKS', String(props.maxParallelTasks));
  if (props.sharedPools !== undefined) starting.addEnvironment('SHARED_POOLS', JSON.stringify(props.sharedPools));
  if (props.taskTimeoutSec !== undefined) starting.addEnvironment('TASK_TIMEOUT_SEC', String(props.taskTimeoutSec));
  starting.addEnvironment('STATE_MACHINE_ROLE_ARN', executionRole.role.roleArn);
  for (const [variable, value] of Object.entries(executionLogs.environment)) starting.addEnvironment(variable, value);
}

function leaveStarts({ grants, starts }: Pick<Connections, 'grants' | 'starts'>, leaving: LambdaFunction): void {
  grants.starts(leaving);
  leaving.addEnvironment('START_QUEUE_URL', starts.queue.queueUrl);
}

/** It takes plans and tells of runs. */
function connectApi({ functions, grants }: Connections, props: TaskOrchestratorProps): void {
  const api = functions.get('api');
  grants.runList(api);
  grants.uploads(api);
  grants.storedPlans(api);
  api.addEnvironment('TENANT_ID', props.tenantId ?? 'default');
  if (props.tenantClaim !== undefined) api.addEnvironment('TENANT_CLAIM', props.tenantClaim);
}

/** As the function that compiles plans reads them. */
function runTaskClasses(functions: Functions): string {
  return JSON.stringify(
    functions.runTaskClasses.map(({ name, memoryMb, function: { functionArn } }) => ({
      name,
      function_arn: functionArn,
      memory_mb: memoryMb,
    })),
  );
}

function connectTargets({ functions, grants }: Connections, { agentTarget = MOCK, toolTarget = MOCK }: TaskOrchestratorProps): void {
  for (const runTask of functions.allOf('run-task')) {
    grants.target(runTask, 'Agents', agentTarget);
    grants.target(runTask, 'Tools', toolTarget);
  }
  for (const knowing of KNOWING_TARGETS.flatMap((name) => functions.allOf(name))) {
    knowing.addEnvironment('AGENT_TARGET', JSON.stringify(agentTarget));
    knowing.addEnvironment('TOOL_TARGET', JSON.stringify(toolTarget));
  }
}
