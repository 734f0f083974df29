import type { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ExecutionRole } from './execution-role.ts';
import type { ExecutorTarget } from './executor-target.ts';
import { type FunctionName, STATE_FUNCTIONS } from './function-names.ts';
import type { Functions } from './functions.ts';
import type { Grants } from './grants.ts';
import type { StartQueue } from './start-queue.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

export interface Connections {
  readonly functions: Functions;
  readonly grants: Grants;
  readonly starts: StartQueue;
  readonly executionRole: ExecutionRole;
  readonly bus: EventBus;
}

const MOCK: ExecutorTarget = { type: 'mock' };
/** `run-task` calls the targets; `api`, which compiles plans, must know which of them report later. */
const KNOWING_TARGETS = ['run-task', 'api'] as const satisfies readonly FunctionName[];
const ARN_VARIABLES = {
  'run-task': 'RUN_TASK_ARN',
  'admit-task': 'ADMIT_TASK_ARN',
  'settle-task': 'SETTLE_TASK_ARN',
  'finish-run': 'FINISH_RUN_ARN',
} as const satisfies Partial<Record<FunctionName, string>>;
/** They record and finish tasks, so they also end states that wait for them. */
const TELLING = ['run-task', 'admit-task', 'settle-task', 'api'] as const satisfies readonly FunctionName[];
/** They compile plans, make state machines and start them. */
const STARTING = ['planner', 'api'] as const satisfies readonly FunctionName[];

/** Tells each function what it needs to know and allows it what it does. */
export function connectFunctions(connections: Connections, props: TaskOrchestratorProps): void {
  const { functions, grants } = connections;
  for (const each of functions.all.values()) {
    grants.runs(each);
    grants.blobs(each);
  }
  for (const name of TELLING) grants.taskTokens(functions.get(name));
  for (const name of STARTING) connectStarting(connections, name, props);
  connectTargets(connections, props);
  grants.runList(functions.get('api'));
  functions.get('planner').addEventSource(new SqsEventSource(connections.starts.queue, { batchSize: 10, reportBatchItemFailures: true }));
  connections.bus.grantPutEventsTo(functions.get('publish-events'));
  functions.get('publish-events').addEnvironment('EVENT_BUS_NAME', connections.bus.eventBusName);
}

function connectStarting(
  { functions, grants, starts, executionRole }: Connections,
  name: FunctionName,
  props: TaskOrchestratorProps,
): void {
  const starting = functions.get(name);
  grants.machines(starting);
  starts.queue.grantSendMessages(starting);
  starting.addEnvironment('START_QUEUE_URL', starts.queue.queueUrl);
  starting.addEnvironment('STATE_MACHINE_ROLE_ARN', executionRole.role.roleArn);
  for (const state of STATE_FUNCTIONS) starting.addEnvironment(ARN_VARIABLES[state], functions.get(state).functionArn);
  if (props.maxParallelTasks !== undefined) starting.addEnvironment('MAX_PARALLEL_TASKS', String(props.maxParallelTasks));
  if (props.taskTimeoutSec !== undefined) starting.addEnvironment('TASK_TIMEOUT_SEC', String(props.taskTimeoutSec));
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
