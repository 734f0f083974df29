import type { ResourceBudget } from '../model/plan.ts';
import type { RunBudget } from '../model/task-record.ts';
import { MAX_TIMEOUT_SEC } from './aws-limits.ts';

/** Between the end of a run's time, which run-task enforces, and its execution's, which ends what run-task does not: waits. */
const RUN_GRACE_SEC = 30;

/** What of a plan's budget is held to while it runs; undefined where nothing is. */
export function runBudget(budget: ResourceBudget | null): RunBudget | undefined {
  const { max_execution_time_sec: time = null, max_token_count: tokens = null, max_cost_usd: cost = null } = budget ?? {};
  if (time === null && tokens === null && cost === null) return undefined;
  return {
    ...(time === null ? {} : { maxExecutionTimeSec: time }),
    ...(tokens === null ? {} : { maxTokenCount: tokens }),
    ...(cost === null ? {} : { maxCostUsd: cost }),
  };
}

/** `TimeoutSeconds` of a run's machine, a whole number. */
export function runTimeoutSec(budget: RunBudget | undefined): number | undefined {
  if (budget?.maxExecutionTimeSec === undefined) return undefined;
  return Math.min(Math.ceil(budget.maxExecutionTimeSec) + RUN_GRACE_SEC, MAX_TIMEOUT_SEC);
}
