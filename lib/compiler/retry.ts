import type { RetryPolicy } from '../model/plan.ts';
import { TASK_ERROR } from '../model/task-errors.ts';
import type { Retrier } from './asl.ts';
import { MAX_RETRY_INTERVAL_SEC } from './aws-limits.ts';

/**
 * Errors of Lambda itself and of our own doubled or interrupted invocations, not of the task. AWS recommends to retry the former.
 * https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
export const TRANSIENT: Retrier = {
  ErrorEquals: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    TASK_ERROR.superseded,
    TASK_ERROR.interrupted,
  ],
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
};

/** For states that may be repeated any number of times and whose failure would end the execution. */
export const PERSISTENT: Retrier = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 1,
  MaxAttempts: 20,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
};

/** Errors that no attempt can mend. */
export const FINAL_ERRORS: readonly string[] = [
  TASK_ERROR.blocked,
  TASK_ERROR.stopped,
  TASK_ERROR.outOfTime,
  TASK_ERROR.usedUp,
  TASK_ERROR.binding,
];

/** The same in plans that decide while they run. */
const DECIDED: readonly string[] = [TASK_ERROR.skipped, TASK_ERROR.failFast];

export interface TaskKind {
  readonly timed?: boolean;
  readonly runsPlan?: boolean;
}

/**
 * A task's RetryPolicy, field by field, as retriers of its state. The first that matches an error decides, so the errors that
 * are not to be retried come first, then those that are not the task's fault and do not count as attempts.
 *
 * Delays are whole seconds in ASL: `initial_delay_sec` and `max_delay_sec` are rounded up, to 1 at least.
 *
 * @param decides the plan has conditions, trigger rules or `fail_fast`
 * @param kind `timed`: the task is in a compound that has a timeout; `runsPlan`: it is a run of another plan
 */
export function retriersOf(policy: RetryPolicy, decides = false, { timed = false, runsPlan = false }: TaskKind = {}): Retrier[] {
  if (policy.max_retries === 0) return [TRANSIENT];
  const never = [...FINAL_ERRORS, ...(decides ? DECIDED : []), ...(timed || runsPlan ? [TASK_ERROR.compoundTimedOut] : [])];
  if (runsPlan) never.push(TASK_ERROR.childCancelled);
  if (!policy.retry_on_timeout) never.push(TASK_ERROR.timedOut, 'States.Timeout', 'States.HeartbeatTimeout', 'Sandbox.Timedout');
  if (!policy.retry_on_agent_unavailable) never.push(TASK_ERROR.unavailable);
  const longest = wholeSeconds(policy.max_delay_sec);
  const first = Math.min(wholeSeconds(policy.initial_delay_sec), longest);
  return [
    { ErrorEquals: never, MaxAttempts: 0 },
    TRANSIENT,
    {
      ErrorEquals: ['States.ALL'],
      IntervalSeconds: first,
      MaxAttempts: policy.max_retries,
      // AWS wants MaxDelaySeconds above IntervalSeconds; where the cap is reached at once, the delay is constant
      ...(first < longest ? { BackoffRate: policy.backoff_multiplier, MaxDelaySeconds: longest } : { BackoffRate: 1 }),
      ...(policy.jitter === 'full' ? { JitterStrategy: 'FULL' as const } : {}),
    },
  ];
}

/** `retriersOf` for the tasks of a plan: one list for all whose policies say the same, which most do. */
export function sharedRetriers(decides: boolean): (policy: RetryPolicy, kind: TaskKind) => Retrier[] {
  const known = new Map<string, Retrier[]>();
  return (policy, kind) => {
    const { max_retries, initial_delay_sec, backoff_multiplier, max_delay_sec, retry_on_timeout, retry_on_agent_unavailable, jitter } =
      policy;
    const delays = `${max_retries} ${initial_delay_sec} ${backoff_multiplier} ${max_delay_sec} ${jitter}`;
    const key = `${delays} ${retry_on_timeout} ${retry_on_agent_unavailable} ${kind.timed} ${kind.runsPlan}`;
    let retriers = known.get(key);
    if (retriers === undefined) {
      retriers = retriersOf(policy, decides, kind);
      known.set(key, retriers);
    }
    return retriers;
  };
}

function wholeSeconds(sec: number): number {
  return Math.min(Math.max(1, Math.ceil(sec)), MAX_RETRY_INTERVAL_SEC - 1);
}
