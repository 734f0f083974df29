import type { JsonObject } from '../model/json.ts';
import type { RunBudget, RunSpec } from '../model/task-record.ts';
import { toNanoUsd, type Usage, usageOf } from '../model/usage.ts';
import { BudgetUsedUpError, RunOutOfTimeError, type StateError } from './errors.ts';
import type { Run, RunState } from './ports/runs.ts';

/** When a run, or a part of it, is over its time, and what is said then. */
export interface Deadline {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly error: StateError;
}

/** Undefined for a run that has no end. */
export function deadlineOf({ timed_from }: Pick<RunState, 'timed_from'>, { budget }: Pick<RunSpec, 'budget'>): Deadline | undefined {
  if (budget?.maxExecutionTimeSec === undefined || timed_from === null) return undefined;
  return { atMs: Date.parse(timed_from) + Math.round(budget.maxExecutionTimeSec * 1000), error: outOfTime(budget.maxExecutionTimeSec) };
}

/** Why a run may start no more tasks, for what they have used; undefined while it may. */
export function usedUp(
  { tokens_used, cost_usd }: Pick<Run, 'tokens_used' | 'cost_usd'>,
  { budget }: Pick<RunSpec, 'budget'>,
): BudgetUsedUpError | undefined {
  const { maxTokenCount: tokens, maxCostUsd: usd } = budget ?? {};
  if (tokens !== undefined && tokens_used >= tokens) {
    return new BudgetUsedUpError(`the run has used ${tokens_used} of its ${tokens} tokens (max_token_count)`);
  }
  if (usd !== undefined && cost_usd > 0 && toNanoUsd(cost_usd) >= toNanoUsd(usd)) {
    return new BudgetUsedUpError(`the run has used ${cost_usd} of its ${usd} USD (max_cost_usd)`);
  }
  return undefined;
}

/**
 * Why tasks of a run were cancelled, seen from its end. What it used does not shrink; of the time nothing is asked, as the clocks of
 * functions differ.
 */
export function whyCancelled(run: Run, spec: Pick<RunSpec, 'budget'>): BudgetUsedUpError | RunOutOfTimeError | undefined {
  const sec = spec.budget?.maxExecutionTimeSec;
  return usedUp(run, spec) ?? (sec === undefined ? undefined : outOfTime(sec));
}

/** What is to be added to the run when a task completes; undefined where nobody counts, or there is nothing. */
export function usageToCount({ budget }: Pick<RunSpec, 'budget'>, outputs: JsonObject): Usage | undefined {
  if (!countsUsage(budget)) return undefined;
  const usage = usageOf(outputs);
  return usage.tokens > 0 || usage.nanoUsd > 0 ? usage : undefined;
}

function countsUsage(budget: RunBudget | undefined): boolean {
  return budget?.maxTokenCount !== undefined || budget?.maxCostUsd !== undefined;
}

function outOfTime(sec: number): RunOutOfTimeError {
  return new RunOutOfTimeError(`the run is over its max_execution_time_sec of ${sec} s`);
}
