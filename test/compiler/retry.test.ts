import { describe, expect, it } from 'vitest';
import { retriersOf, TRANSIENT } from '../../lib/compiler/retry.ts';
import type { RetryPolicy } from '../../lib/model/plan.ts';

const policy = (fields: Partial<RetryPolicy> = {}): RetryPolicy => ({
  max_retries: 3,
  initial_delay_sec: 1,
  backoff_multiplier: 2,
  max_delay_sec: 60,
  retry_on_timeout: true,
  retry_on_agent_unavailable: true,
  jitter: 'none',
  ...fields,
});

describe('retriersOf', () => {
  it('copies the policy field by field', () => {
    expect(
      retriersOf(policy({ max_retries: 5, initial_delay_sec: 2, backoff_multiplier: 1.5, max_delay_sec: 30, jitter: 'full' })),
    ).toEqual([
      { ErrorEquals: ['TaskBlocked', 'RunStopped', 'RunOutOfTime', 'BudgetUsedUp', 'BindingFailed'], MaxAttempts: 0 },
      TRANSIENT,
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 1.5, MaxDelaySeconds: 30, JitterStrategy: 'FULL' },
    ]);
  });

  it('retries nothing but what is not the fault of the task when there are no retries', () => {
    expect(retriersOf(policy({ max_retries: 0 }))).toEqual([TRANSIENT]);
  });

  it('leaves out timeouts and unavailable agents where the policy does', () => {
    const [never] = retriersOf(policy({ retry_on_timeout: false, retry_on_agent_unavailable: false }));

    expect(never).toEqual({
      ErrorEquals: [
        'TaskBlocked',
        'RunStopped',
        'RunOutOfTime',
        'BudgetUsedUp',
        'BindingFailed',
        'TaskTimedOut',
        'States.Timeout',
        'States.HeartbeatTimeout',
        'Sandbox.Timedout',
        'AgentUnavailable',
      ],
      MaxAttempts: 0,
    });
  });

  it.each([
    ['rounds fractions up', { initial_delay_sec: 1.2, max_delay_sec: 9.5 }, { IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 10 }],
    ['waits a second at least', { initial_delay_sec: 0 }, { IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 60 }],
    [
      'waits evenly where the first delay is the longest',
      { initial_delay_sec: 60, max_delay_sec: 60 },
      { IntervalSeconds: 60, BackoffRate: 1 },
    ],
    ['never waits longer than the longest delay', { initial_delay_sec: 90, max_delay_sec: 60 }, { IntervalSeconds: 60, BackoffRate: 1 }],
    ['stays within what ASL allows', { max_delay_sec: 31_622_400 }, { IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 31_622_399 }],
  ])('%s', (_, fields, expected) => {
    expect(retriersOf(policy(fields)).at(-1)).toEqual({ ErrorEquals: ['States.ALL'], MaxAttempts: 3, ...expected });
  });
});
