import type { Statistics } from './ports.ts';

/** The statistics of all runs in the store, and what follows from them. Rates are between 0 and 1. */
export interface OrchestratorStats extends Statistics {
  readonly success_rate: number;
  readonly failure_rate: number;
}

export function withRates(statistics: Statistics): OrchestratorStats {
  const { tasks_executed: executed, tasks_completed: completed, tasks_failed: failed } = statistics;
  return { ...statistics, success_rate: executed === 0 ? 0 : completed / executed, failure_rate: executed === 0 ? 0 : failed / executed };
}
