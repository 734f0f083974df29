import type { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type FunctionName, STATE_FUNCTIONS } from '../../lambdas/function-names.ts';
import type { ExecutionLogs } from './execution-logs.ts';
import type { ExecutionRole } from './execution-role.ts';
import type { ExecutorTarget } from './executor-target.ts';
import type { Functions } from './functions.ts';
import type { Grants } from './grants.ts';
import { BLOB_CALLS, TABLE_CALLS, TOKEN_CALLS } from './permissions.ts';
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
/** `run-task` calls the targets; `api`, which compiles plans, must know which of them report later. */
const KNOWING_TARGETS = ['run-task', 'api'] as const satisfies readonly FunctionName[];
/** They make state machines and start them. */
const STARTING = ['planner', 'api'] as const satisfies readonly FunctionName[];
const ARN_VARIABLES = {
  'run-task': 'RUN_TASK_ARN',
  'admit-task': 'ADMIT_TASK_ARN',
  'settle-task': 'SETTLE_TASK_ARN',
  'finish-run': 'FINISH_RUN_ARN',
} as const satisfies Partial<Record<FunctionName, string>>;

/** Tells each function what it needs to know and allows it what it does. */
export function connectFunctions(connections: Connections, props: TaskOrchestratorProps): void {
  const { functions, grants, starts, bus } = connections;
  for (const [name, each] of functions.all) {
    if (TABLE_CALLS[name] !== undefined) grants.table(each, TABLE_CALLS[name]);
    if (BLOB_CALLS[name] !== undefined) grants.blobs(each, BLOB_CALLS[name]);
    if (TOKEN_CALLS[name] !== undefined) grants.taskTokens(each, TOKEN_CALLS[name]);
  }
  for (const name of STARTING) connectStarting(connections, name);
  connectApi(connections, props);
  connectTargets(connections, props);
  functions.get('planner').addEventSource(new SqsEventSource(starts.queue, { batchSize: 10, reportBatchItemFailures: true }));
  bus.grantPutEventsTo(functions.get('publish-events'));
  functions.get('publish-events').addEnvironment('EVENT_BUS_NAME', bus.eventBusName);
}

function connectStarting({ functions, grants, executionRole, executionLogs }: Connections, name: FunctionName): void {
  const starting = functions.get(name);
  grants.machines(starting);
  starting.addEnvironment('STATE_MACHINE_ROLE_ARN', executionRole.role.roleArn);
  for (const [variable, value] of Object.entries(executionLogs.environment)) starting.addEnvironment(variable, value);
}

/** It takes plans and compiles them. */
function connectApi({ functions, grants, starts }: Connections, props: TaskOrchestratorProps): void {
  const api = functions.get('api');
  grants.runList(api);
  grants.starts(api);
  api.addEnvironment('START_QUEUE_URL', starts.queue.queueUrl);
  api.addEnvironment('TENANT_ID', props.tenantId ?? 'default');
  if (props.tenantClaim !== undefined) api.addEnvironment('TENANT_CLAIM', props.tenantClaim);
  for (const state of STATE_FUNCTIONS) api.addEnvironment(ARN_VARIABLES[state], functions.get(state).functionArn);
  if (props.maxParallelTasks !== undefined) api.addEnvironment('MAX_PARALLEL_TASKS', String(props.maxParallelTasks));
  if (props.taskTimeoutSec !== undefined) api.addEnvironment('TASK_TIMEOUT_SEC', String(props.taskTimeoutSec));
}

function connectTargets({ functions, grants }: Connections, { agentTarget = MOCK, toolTarget = MOCK }: TaskOrchestratorProps): void {
  const runTask = functions.get('run-task');
  grants.target(runTask, 'Agents', agentTarget);
  grants.target(runTask, 'Tools', toolTarget);
  for (const name of KNOWING_TARGETS) {
    functions.get(name).addEnvironment('AGENT_TARGET', JSON.stringify(agentTarget));
    functions.get(name).addEnvironment('TOOL_TARGET', JSON.stringify(toolTarget));
  }
}
