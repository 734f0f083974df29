import { RUN_ERROR, TASK_ERROR } from '../model/task-errors.ts';
import type { Retrier, State, TaskState } from './asl.ts';
import { MAX_TIMEOUT_SEC } from './aws-limits.ts';
import { PERSISTENT, TRANSIENT } from './retry.ts';

/** Between a task's own timeout, which run-task enforces, and its state's, which only matters when run-task does not answer. */
export const TIMEOUT_GRACE_SEC = 15;
/** The same for a task that may be finished by callback, which only its state limits once its executor has accepted it. */
export const CALLBACK_GRACE_SEC = 1;
const GATE_ENTRIES = 8760; // a year of hours, the longest an execution lives

export const RUN_ID = '{% $states.context.Execution.Input.run_id %}';
const TOKEN = '{% $states.context.Task.Token %}';
/** The state's input as its output: inside a Map this is the iteration's item. */
export const PASS_ON = '{% $states.input %}';

/** An ordinal, or inside a Map the expression that finds it in the iteration's item. */
export type TaskReference = number | string;
export type Link = { Next: string } | { End: true };
/** Where a scope goes when a task of it failed (`settle`) or must not run (`stop`). */
export interface ScopeEnds {
  readonly settle: string;
  readonly stop: string;
}

export interface GateOptions {
  readonly functionName: string;
  readonly task: TaskReference;
  readonly timeoutSec: number;
  readonly output: unknown;
  readonly next: string;
}

/** Waits until the task's dependencies are done and, where it needs one, a slot is free. */
export function gateState({ functionName, task, timeoutSec, output, next }: GateOptions): TaskState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionName, Payload: { run_id: RUN_ID, task, token: TOKEN } },
    TimeoutSeconds: timeoutSec,
    Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: GATE_ENTRIES, BackoffRate: 1 }, TRANSIENT, PERSISTENT],
    Output: output,
    Next: next,
  };
}

export interface RunTaskOptions {
  readonly functionName: string;
  readonly task: TaskReference;
  readonly timeoutSec: number;
  readonly retriers: Retrier[];
  readonly ends: ScopeEnds;
  readonly output: unknown;
  readonly link: Link;
  /** The state waits until it is told that the task is done. */
  readonly callback: boolean;
}

export function runTaskState(options: RunTaskOptions): TaskState {
  return {
    Type: 'Task',
    ...(options.callback
      ? {
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' as const,
          Arguments: { FunctionName: options.functionName, Payload: { run_id: RUN_ID, task: options.task, token: TOKEN } },
          TimeoutSeconds: MAX_TIMEOUT_SEC, // a heartbeat gives the task its timeout anew, any number of times
          HeartbeatSeconds: Math.ceil(options.timeoutSec) + CALLBACK_GRACE_SEC,
        }
      : {
          Resource: 'arn:aws:states:::lambda:invoke' as const,
          Arguments: { FunctionName: options.functionName, Payload: { run_id: RUN_ID, task: options.task } },
          TimeoutSeconds: Math.ceil(options.timeoutSec) + TIMEOUT_GRACE_SEC,
        }),
    Retry: options.retriers,
    Catch: [
      { ErrorEquals: [TASK_ERROR.blocked, TASK_ERROR.stopped], Output: {}, Next: options.ends.stop },
      { ErrorEquals: ['States.ALL'], Output: { task: options.task, error: '{% $states.errorOutput %}' }, Next: options.ends.settle },
    ],
    Output: options.output,
    ...options.link,
  };
}

/** Records the failure. Everything behind the failed task in its scope depends on it, so the scope ends here. */
export function settleState(functionName: string, link: Link): TaskState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: functionName,
      Payload: { run_id: RUN_ID, task: '{% $states.input.task %}', error: '{% $states.input.error %}' },
    },
    Retry: [TRANSIENT, PERSISTENT],
    Output: {},
    ...link,
  };
}

export function finishState(functionName: string): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: { run_id: RUN_ID } },
    Retry: [{ ErrorEquals: [...Object.values(RUN_ERROR), TASK_ERROR.stopped], MaxAttempts: 0 }, TRANSIENT, PERSISTENT],
    Output: {},
    End: true,
  };
}

/** Runs a part of the plan as an execution of its own and waits for it. */
export function childState(stateMachineArn: string, output: unknown, link: Link): TaskState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: stateMachineArn,
      Input: { run_id: RUN_ID, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: '{% $states.context.Execution.Id %}' },
    },
    Retry: [
      {
        ErrorEquals: [
          'StepFunctions.ExecutionLimitExceeded',
          'StepFunctions.ThrottlingException',
          'StepFunctions.StateMachineDoesNotExistException',
        ],
        IntervalSeconds: 2,
        MaxAttempts: 10,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
      },
    ],
    Output: output,
    ...link,
  };
}
