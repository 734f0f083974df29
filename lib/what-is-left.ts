import { dependenciesOf } from './compiler/plan-dependencies.ts';
import type { KeptPlan } from './kept-plan.ts';
import type { RetryPolicy } from './model/plan.ts';
import { isFinal } from './model/run.ts';
import { INTERRUPTED } from './runtime/control-table.ts';
import type { RunOrder, TaskError, TaskProgress } from './runtime/ports.ts';

/** What of a run is to be done in its next execution. Tasks by their ordinals. */
export interface WhatIsLeft {
  readonly open: ReadonlySet<number>;
  /** Open ones that were under way, or waited for their next attempt, when the run was paused: they hold their places. */
  readonly started: ReadonlySet<number>;
  /** Tasks that have failed for good, which nobody was left to write down. */
  readonly failed: readonly { readonly ordinal: number; readonly error: TaskError }[];
  /** Tasks that a failed one keeps from running. */
  readonly blocked: readonly number[];
  /** How often an open task may still be retried. */
  readonly retriesLeft: (ordinal: number) => number;
}

/**
 * Looks at what became of a run's tasks so far.
 *
 * @param earlier how tasks failed last that were interrupted after it
 */
export function whatIsLeft(
  kept: KeptPlan,
  progress: readonly TaskProgress[],
  order: RunOrder,
  earlier: ReadonlyMap<number, TaskError> = new Map(),
): WhatIsLeft {
  const { tasks } = kept.plan;
  const removed = new Set(kept.removed);
  const items = new Map(progress.map((item) => [item.ordinal, item]));
  const present = [...tasks.keys()].filter((ordinal) => !removed.has(ordinal));
  const retriesLeft = (ordinal: number): number => {
    const most = order.max_retries ?? tasks[ordinal]!.retry_policy.max_retries;
    return order.mode === 'retry' ? most : Math.max(0, most - failuresThatCount(items.get(ordinal)));
  };
  const dependencies = dependenciesOf(kept.plan, kept.bindings, removed);
  // one that a changed plan lets wait anew holds no place meanwhile
  const startedOf = (open: ReadonlySet<number>): ReadonlySet<number> =>
    new Set([...open].filter((ordinal) => isStarted(items.get(ordinal)) && !dependencies[ordinal]!.some((other) => open.has(other))));

  if (order.mode === 'retry') {
    const rerun = new Set(order.is_new_plan === true ? kept.rerun : []);
    const open = new Set(present.filter((ordinal) => rerun.has(ordinal) || items.get(ordinal)?.status !== 'completed'));
    return { open, started: startedOf(open), failed: [], blocked: [], retriesLeft };
  }

  const failed = present.flatMap((ordinal) => {
    const item = items.get(ordinal);
    const error = item && finalError(item, earlier.get(ordinal) ?? item.error, tasks[ordinal]!.retry_policy, order.max_retries);
    return error === undefined ? [] : [{ ordinal, error }];
  });
  const lost = new Set(failed.map(({ ordinal }) => ordinal));
  const isOpen = (ordinal: number): boolean => !lost.has(ordinal) && !removed.has(ordinal) && isUnfinished(items.get(ordinal));
  const blocked = blockedOnes(dependencies, isOpen, (ordinal) => lost.has(ordinal) || isBad(items.get(ordinal)));
  const open = new Set(present.filter((ordinal) => isOpen(ordinal) && !blocked.has(ordinal)));
  return { open, started: startedOf(open), failed, blocked: [...blocked], retriesLeft };
}

/** What an execution that was stopped has cancelled goes on in the next. */
function isUnfinished(item: TaskProgress | undefined): boolean {
  return item === undefined || !isFinal(item.status) || isInterrupted(item);
}

function isInterrupted({ status, error }: TaskProgress): boolean {
  return status === 'cancelled' && error?.code === INTERRUPTED;
}

function isBad(item: TaskProgress | undefined): boolean {
  return item !== undefined && !isUnfinished(item) && item.status !== 'completed' && item.status !== 'skipped';
}

function isStarted(item: TaskProgress | undefined): boolean {
  return item !== undefined && item.attempt > 0 && (item.status === 'pending' || item.status === 'executing');
}

function failuresThatCount(item: TaskProgress | undefined): number {
  return item === undefined ? 0 : item.failures - item.forgiven;
}

/** Why a task has failed for good that has not ended: whoever would have written that down was stopped before. */
function finalError(
  item: TaskProgress,
  error: TaskError | null,
  policy: RetryPolicy,
  maxRetries = policy.max_retries,
): TaskError | undefined {
  const failures = failuresThatCount(item);
  if ((item.status !== 'pending' && !isInterrupted(item)) || failures === 0 || error === null) return undefined;
  const { code } = error;
  const isRetried =
    failures <= maxRetries && (code !== 'E5203' || policy.retry_on_timeout) && (code !== 'E5901' || policy.retry_on_agent_unavailable);
  return isRetried ? undefined : error;
}

/** Open tasks that depend, directly or not, on one that went bad. */
function blockedOnes(
  dependencies: readonly (readonly number[])[],
  isOpen: (ordinal: number) => boolean,
  isLost: (ordinal: number) => boolean,
): Set<number> {
  const dependents = dependencies.map((): number[] => []);
  dependencies.forEach((own, ordinal) => {
    for (const dependency of own) dependents[dependency]!.push(ordinal);
  });
  const blocked = new Set<number>();
  const front = [...dependencies.keys()].filter(isLost);
  for (let next = front.pop(); next !== undefined; next = front.pop()) {
    for (const dependent of dependents[next]!) {
      if (!isOpen(dependent) || blocked.has(dependent)) continue;
      blocked.add(dependent);
      front.push(dependent);
    }
  }
  return blocked;
}
