import type { RunTotals, Statistics } from './ports/runs.ts';

/** The statistics of all runs in the store, and what follows from them. Rates are parts of the tasks that completed or failed, from 0 to 1. */
export interface OrchestratorStats extends Statistics {
  readonly success_rate: number;
  readonly failure_rate: number;
}

export function withRates(statistics: Statistics): OrchestratorStats {
  const { tasks_completed: completed, tasks_failed: failed } = statistics;
  // a task may fail, as for want of an input, without having been executed
  const decided = completed + failed;
  return { ...statistics, success_rate: decided === 0 ? 0 : completed / decided, failure_rate: decided === 0 ? 0 : failed / decided };
}

/** What the end of a run adds to the statistics. One that ended before, and was resumed or retried, adds what has changed since. */
export function addedTotals(totals: RunTotals, counted: RunTotals | null): Statistics {
  return {
    plans_executed: counted === null ? 1 : 0,
    tasks_executed: totals.executed - (counted?.executed ?? 0),
    tasks_completed: totals.completed - (counted?.completed ?? 0),
    tasks_failed: totals.failed - (counted?.failed ?? 0),
    tasks_retried: totals.retries - (counted?.retries ?? 0),
    tokens_used: totals.tokens - (counted?.tokens ?? 0),
  };
}
