import { RUN_ERROR, TASK_ERROR } from '../model/task-errors.ts';
import type { Catcher, Retrier, State, TaskState } from './asl.ts';
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

/** Waits until the task's dependencies are done and, where it needs one, a place is free. */
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
    Catch: endsOfTask(options.task, options.ends),
    Output: options.output,
    ...options.link,
  };
}

function endsOfTask(task: TaskReference, ends: ScopeEnds): Catcher[] {
  return [
    { ErrorEquals: [TASK_ERROR.blocked, TASK_ERROR.stopped], Output: {}, Next: ends.stop },
    { ErrorEquals: ['States.ALL'], Output: { task, error: '{% $states.errorOutput %}' }, Next: ends.settle },
  ];
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

/**
 * Where the states of a foreach find what `list-items` has answered, and the iteration's item that they are in. Items are the ordinals of their
 * first tasks: all in `inline`, or in `batches` of chunks of at most 40.
 */
export const LISTED = {
  inline: '{% $states.input.listed.inline %}',
  batches: '{% $states.input.listed.batches %}',
  outer: '{% $states.input.outer %}',
} as const;

/** The batch that a machine was started for, in its execution's input. */
export const BATCH = '{% $states.context.Execution.Input.items %}';

/** Asks for the items of a foreach. */
export function listItemsState(functionName: string, task: TaskReference, ends: ScopeEnds, next: string): TaskState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: { run_id: RUN_ID, task } },
    Retry: [{ ErrorEquals: [TASK_ERROR.stopped, TASK_ERROR.failed], MaxAttempts: 0 }, TRANSIENT, PERSISTENT],
    Catch: endsOfTask(task, ends),
    Output: { listed: '{% $states.result.Payload %}', outer: PASS_ON },
    Next: next,
  };
}

/** Runs a part of the plan as an execution of its own and waits for it. */
export function childState(stateMachineArn: string, output: unknown, link: Link, more: Readonly<Record<string, string>> = {}): TaskState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: stateMachineArn,
      Input: { run_id: RUN_ID, ...more, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: '{% $states.context.Execution.Id %}' },
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
