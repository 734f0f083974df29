import type { CatcherDefinition, RetrierDefinition } from './definition.ts';
import { type ErrorMatcher, errorMatcher } from './error-equals.ts';
import type { ExpressionCompiler } from './expression.ts';
import { applyResults, type PreparedResults, prepareResults } from './results.ts';
import { type PreparedRetrier, prepareRetriers, RetryCounters } from './retry.ts';
import { sleep } from './sleep.ts';
import { asStateFailure } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';

/** What Task, Parallel and Map have in common around an attempt. */
export interface PreparedRecovery {
  readonly retriers: readonly PreparedRetrier[];
  readonly catchers: readonly PreparedCatcher[];
  readonly results: PreparedResults;
  readonly next: string | undefined;
}

interface PreparedCatcher {
  readonly matches: ErrorMatcher;
  readonly results: PreparedResults;
  readonly next: string;
}

interface RecoverableDefinition {
  readonly Retry?: readonly RetrierDefinition[];
  readonly Catch?: readonly CatcherDefinition[];
  readonly Output?: unknown;
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Next?: string;
}

export function prepareRecovery(definition: RecoverableDefinition, expressions: ExpressionCompiler): PreparedRecovery {
  return {
    retriers: prepareRetriers(definition.Retry),
    catchers: (definition.Catch ?? []).map((catcher, index) => ({
      matches: errorMatcher(catcher.ErrorEquals),
      results: prepareResults(catcher, `Catch[${index}]/`, expressions),
      next: catcher.Next,
    })),
    results: prepareResults(definition, '', expressions),
    next: definition.Next,
  };
}

/** attempt -> Output and Assign; a failure of either is retried, else caught, else the state's. */
export async function runWithRecovery(
  visit: StateVisit,
  recovery: PreparedRecovery,
  attempt: (visit: StateVisit) => Promise<unknown>,
): Promise<string | undefined> {
  let counters: RetryCounters | undefined;
  for (;;) {
    try {
      visit.result = await attempt(visit);
      await applyResults(visit, recovery.results, visit.result);
      return recovery.next;
    } catch (thrown) {
      const failure = asStateFailure(thrown);
      const { execution } = visit.thread;
      counters ??= new RetryCounters(recovery.retriers);
      const delaySec = counters.next(failure, execution.engine.random);
      visit.result = undefined;
      if (delaySec === undefined) {
        const catcher = recovery.catchers.find(({ matches }) => matches(failure));
        if (catcher === undefined) throw failure;
        visit.errorOutput = failure.errorOutput;
        await applyResults(visit, catcher.results, visit.errorOutput);
        return catcher.next;
      }
      await sleep(visit.thread, delaySec);
      visit.retryCount++;
      execution.transitions++;
    }
  }
}
