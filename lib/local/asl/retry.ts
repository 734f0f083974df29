import type { RetrierDefinition } from './definition.ts';
import { type ErrorMatcher, errorMatcher } from './error-equals.ts';
import { MAX_RETRY_DELAY_SEC } from './limits.ts';
import type { StateFailure } from './state-failure.ts';

export interface PreparedRetrier {
  readonly matches: ErrorMatcher;
  readonly maxAttempts: number;
  readonly hasJitter: boolean;
  /** Seconds before the retry with this number, from 0, without jitter. */
  delaySec(retry: number): number;
}

export function prepareRetriers(retriers: readonly RetrierDefinition[] = []): readonly PreparedRetrier[] {
  return retriers.map((retrier) => {
    const intervalSec = retrier.IntervalSeconds ?? 1;
    const backoffRate = retrier.BackoffRate ?? 2;
    const maxDelaySec = retrier.MaxDelaySeconds ?? MAX_RETRY_DELAY_SEC;
    return {
      matches: errorMatcher(retrier.ErrorEquals),
      maxAttempts: retrier.MaxAttempts ?? 3,
      hasJitter: retrier.JitterStrategy === 'FULL',
      delaySec: (retry) => Math.min(intervalSec * backoffRate ** retry, maxDelaySec),
    };
  });
}

/** The retries of one visit of a state: each retrier counts its own, and one that is used up leaves the error to Catch, not to the next retrier. */
export class RetryCounters {
  readonly #retriers: readonly PreparedRetrier[];
  readonly #used: number[];

  constructor(retriers: readonly PreparedRetrier[]) {
    this.#retriers = retriers;
    this.#used = retriers.map(() => 0);
  }

  /** Seconds to wait before the next attempt; undefined when there is to be none. */
  next(failure: StateFailure, random: () => number): number | undefined {
    const index = this.#retriers.findIndex((retrier) => retrier.matches(failure));
    const retrier = this.#retriers[index];
    const used = this.#used[index];
    if (retrier === undefined || used === undefined || used >= retrier.maxAttempts) return undefined;
    this.#used[index] = used + 1;
    const delaySec = retrier.delaySec(used);
    return retrier.hasJitter ? delaySec * random() : delaySec;
  }
}
