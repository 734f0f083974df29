import type { TaskDefinition, TaskResource } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import { lambdaInvoke, lambdaInvokeWithToken } from './lambda-invoke.ts';
import { MAX_WAIT_SEC } from './limits.ts';
import { startExecutionSync } from './nested-execution.ts';
import { compileNumber, type NumberTemplate } from './number-template.ts';
import type { PreparedState } from './prepared.ts';
import { type PreparedRecovery, prepareRecovery, runWithRecovery } from './recovery.ts';
import { asStateFailure, STATES_ERROR } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { TaskAttempt } from './task-attempt.ts';
import type { TaskIntegration } from './task-integration.ts';
import { compileTemplate, type Template } from './template.ts';

const INTEGRATIONS: Readonly<Record<TaskResource, TaskIntegration>> = {
  'arn:aws:states:::lambda:invoke': lambdaInvoke,
  'arn:aws:states:::lambda:invoke.waitForTaskToken': lambdaInvokeWithToken,
  'arn:aws:states:::states:startExecution.sync:2': startExecutionSync,
};

interface PreparedTask {
  readonly integration: TaskIntegration;
  readonly args: Template;
  readonly timeoutSec: NumberTemplate | undefined;
  readonly heartbeatSec: NumberTemplate | undefined;
}

export function prepareTask(name: string, definition: TaskDefinition, expressions: ExpressionCompiler): PreparedState {
  const recovery: PreparedRecovery = prepareRecovery(definition, expressions);
  const task: PreparedTask = {
    integration: INTEGRATIONS[definition.Resource],
    args: compileTemplate(definition.Arguments, 'Arguments', expressions),
    timeoutSec: compileNumber(definition.TimeoutSeconds, { field: 'TimeoutSeconds', min: 1, max: MAX_WAIT_SEC }, expressions),
    heartbeatSec: compileNumber(definition.HeartbeatSeconds, { field: 'HeartbeatSeconds', min: 1, max: MAX_WAIT_SEC }, expressions),
  };
  const attempt = (visit: StateVisit): Promise<unknown> => attemptTask(visit, task);
  return { name, type: 'Task', run: (visit) => runWithRecovery(visit, recovery, attempt) };
}

async function attemptTask(visit: StateVisit, { integration, args, timeoutSec, heartbeatSec }: PreparedTask): Promise<unknown> {
  const { thread } = visit;
  const { tokens } = thread.execution.engine;
  if (integration.usesToken) visit.taskToken = tokens.issue();
  const evaluated = args.evaluate(visit);
  const argumentsValue = (evaluated instanceof Promise ? await evaluated : evaluated) as Record<string, unknown>;
  visit.checkSize(argumentsValue, 'arguments');
  const timeout = await timeoutSec?.evaluate(visit);
  const heartbeat = await heartbeatSec?.evaluate(visit);
  if (timeout !== undefined && heartbeat !== undefined && heartbeat >= timeout) {
    throw visit.queryFailure('HeartbeatSeconds must be smaller than TimeoutSeconds.');
  }
  visit.record('TaskScheduled', { input: argumentsValue });
  visit.record('TaskStarted');

  const attempt = new TaskAttempt(thread);
  attempt.limitTime(timeout, heartbeat);
  if (visit.taskToken !== undefined) tokens.open(visit.taskToken, attempt);
  try {
    integration.start(argumentsValue, visit, attempt);
    const result = await attempt.outcome;
    visit.record('TaskSucceeded', { output: result });
    return result;
  } catch (thrown) {
    const failure = asStateFailure(thrown);
    // where it could not even begin, its time is still being taken
    attempt.cancel();
    const type = failure.error === STATES_ERROR.timeout ? 'TaskTimedOut' : 'TaskFailed';
    visit.record(type, { error: failure.error, cause: failure.causeText });
    throw failure;
  }
}
