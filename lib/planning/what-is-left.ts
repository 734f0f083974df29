import { dependenciesOf } from '../compiler/plan-dependencies.ts';
import { buildTaskGraph } from '../graph/task-graph.ts';
import { compoundsAround } from '../model/compounds-around.ts';
import { beginId } from '../model/nested-ids.ts';
import { type Plan, type RetryPolicy, SUBTASKS_RULE, type Task } from '../model/plan.ts';
import { isFinal, type TaskStatus } from '../model/run.ts';
import { INTERRUPTED } from '../runtime/control-table.ts';
import { isTolerant, toleratedOf } from '../runtime/foreach.ts';
import type { RunOrder } from '../runtime/ports/runs.ts';
import type { TaskError, TaskProgress } from '../runtime/ports/tasks.ts';
import { decideBy, type NeverRuns, runsAfterFailure } from '../runtime/trigger-rules.ts';
import type { KeptPlan } from './kept-plan.ts';
import { tasksToRetry } from './tasks-to-retry.ts';
import { withoutTolerated } from './tolerated-items.ts';

/** What of a run is to be done in its next execution. Tasks by their ordinals. */
export interface WhatIsLeft {
  readonly open: ReadonlySet<number>;
  /** Open ones that their rule lets run at once, though some of what they depend on is open. */
  readonly decided: ReadonlySet<number>;
  /** Open ones that were under way, or waited for their next attempt, when the run was paused: they hold their places. */
  readonly started: ReadonlySet<number>;
  /** Tasks that have failed for good, which nobody was left to write down. */
  readonly failed: readonly { readonly ordinal: number; readonly error: TaskError }[];
  /** Tasks that follow from how others have ended, or were stopped by a failure, and that nobody was left to write down either. */
  readonly unrun: readonly { readonly ordinal: number; readonly status: NeverRuns }[];
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
    const { task_type, retry_policy, sub_plan } = tasks[ordinal]!;
    // nobody carries out where a compound begins or ends, so there is nothing to try again
    const most = task_type === 'compound' && sub_plan === undefined ? 0 : (order.max_retries ?? retry_policy.max_retries);
    return order.mode === 'retry' ? most : Math.max(0, most - failuresThatCount(items.get(ordinal)));
  };
  const dependencies = dependenciesOf(kept.plan, kept.bindings, removed);
  const isResumed = order.mode !== 'retry';
  const failed = (isResumed ? present : []).flatMap((ordinal) => {
    const item = items.get(ordinal);
    const error = item && finalError(item, earlier.get(ordinal) ?? item.error, tasks[ordinal]!.retry_policy, order.max_retries);
    return error === undefined ? [] : [{ ordinal, error }];
  });
  const lost = new Set(failed.map(({ ordinal }) => ordinal));
  const statusOf = (ordinal: number): TaskStatus | undefined => items.get(ordinal)?.status;
  const rerun = new Set(order.is_new_plan === true ? kept.rerun : []);
  const candidates = isResumed
    ? new Set(present.filter((ordinal) => !lost.has(ordinal) && isUnfinished(items.get(ordinal))))
    : withoutTolerated(tasks, tasksToRetry(dependencies, present, statusOf, rerun), statusOf);
  const endedAs = tasks.map((_, ordinal) => (lost.has(ordinal) ? 'failed' : candidates.has(ordinal) ? 'pending' : statusOf(ordinal)!));
  return { failed, retriesLeft, ...decideAll(kept, dependencies, { candidates, endedAs, items }) };
}

interface Candidates {
  /** Tasks that are to run unless their rule, or the plan's `on_failure`, says otherwise. */
  readonly candidates: ReadonlySet<number>;
  /** How each task stands; those to run are `pending`. */
  readonly endedAs: readonly TaskStatus[];
  readonly items: ReadonlyMap<number, TaskProgress>;
}

/** Decides as the runtime does: whoever should have may have died before it did. */
function decideAll(
  { plan: { tasks, on_failure }, removed = [] }: KeptPlan,
  dependencies: readonly (readonly number[])[],
  { candidates, endedAs, items }: Candidates,
): Pick<WhatIsLeft, 'open' | 'decided' | 'started' | 'unrun'> {
  const statuses = [...endedAs];
  const gone = new Set(removed);
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const hasFailed = [...statuses.keys()].filter((ordinal) => statuses[ordinal] === 'failed' && !gone.has(ordinal));
  const isSwept = sweptBy(tasks, statuses, hasFailed, on_failure, ordinals);
  const [open, decided, started] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const unrun: { ordinal: number; status: NeverRuns }[] = [];
  for (const ordinal of buildTaskGraph(dependencies).order) {
    if (!candidates.has(ordinal)) continue;
    const task = tasks[ordinal]!;
    const name = task.compound === undefined || task.foreach !== undefined ? task.trigger_rule : SUBTASKS_RULE;
    const item = items.get(ordinal);
    const own = dependencies[ordinal]!;
    const guard = task.guard === undefined ? {} : { guard: ordinals.get(task.guard)! };
    const hasNoList = task.foreach !== undefined && own.some((each) => statuses[each] === 'failed' && isBeginOf(tasks[each]!, task));
    const said = hasNoList ? 'failed' : decideBy({ name, over: own, ...guard }, (dependency) => statuses[dependency]!);
    const isStopped = item?.started !== true && !runsAfterFailure(name) && isSwept(task);
    const decision = isStopped && (said === 'run' || said === 'wait') ? 'cancelled' : said;
    if (decision !== 'run' && decision !== 'wait') {
      statuses[ordinal] = decision;
      unrun.push({ ordinal, status: decision });
      continue;
    }
    open.add(ordinal);
    if (decision === 'wait') continue; // also one that a changed plan lets wait anew: it holds no place meanwhile
    if (own.some((dependency) => open.has(dependency))) decided.add(ordinal);
    if (isUnderWay(item)) started.add(ordinal);
  }
  return { open, decided, started, unrun };
}

/** A foreach fails with its begin, as a compound with what is in it. */
function isBeginOf({ task_id }: Task, foreach: Task): boolean {
  return task_id === beginId(foreach.task_id);
}

/**
 * Which tasks start no more because others have failed: all but the ends of compounds where the plan is `fail_fast`, or the outermost
 * compound around a failed task that is. Beyond a foreach that tolerates it a failure stops nothing.
 */
function sweptBy(
  tasks: readonly Task[],
  statuses: readonly TaskStatus[],
  failed: readonly number[],
  onFailure: Plan['on_failure'],
  ordinals: ReadonlyMap<string, number>,
): (task: Task) => boolean {
  const around = (task: Task): Task[] => compoundsAround(task, (id) => tasks[ordinals.get(id)!]!);
  const isBeyond = ({ dependencies, foreach }: Task): boolean =>
    dependencies.filter(({ task_id }) => statuses[ordinals.get(task_id)!] === 'failed').length > toleratedOf({ foreach: foreach! });
  const failing = failed.map((each) => {
    const compounds = around(tasks[each]!);
    const at = compounds.findIndex(isTolerant);
    const foreach = at < 0 ? undefined : compounds[at]!;
    const hit = foreach === undefined ? compounds : compounds.slice(0, isBeyond(foreach) ? at + 1 : at);
    return { outermost: hit.findLast(({ compound }) => compound?.on_failure === 'fail_fast'), isTolerated: foreach !== undefined };
  });
  const stopped = new Set(failing.flatMap(({ outermost }) => outermost ?? []));
  const isOver = onFailure === 'fail_fast' && failing.some(({ isTolerated }) => !isTolerated);
  // nothing is in a foreach yet that has not begun, unless it is there for failures
  const isForFailures = ({ compound }: Task): boolean => runsAfterFailure(tasks[ordinals.get(compound!.begin!)!]!.trigger_rule);
  const isEnd = (task: Task): boolean =>
    task.compound !== undefined && (task.foreach === undefined || task.foreach.items !== undefined || isForFailures(task));
  return (task) => !isEnd(task) && (isOver || (stopped.size > 0 && around(task).some((compound) => stopped.has(compound))));
}

/** What an execution that was stopped has cancelled goes on in the next. */
function isUnfinished(item: TaskProgress | undefined): boolean {
  return item === undefined || !isFinal(item.status) || isInterrupted(item);
}

function isInterrupted({ status, error }: TaskProgress): boolean {
  return status === 'cancelled' && error?.code === INTERRUPTED;
}

/** One that an interruption cut off has given up its places; it has the interruption's error until an attempt fails. */
function isUnderWay(item: TaskProgress | undefined): boolean {
  if (item?.started !== true) return false;
  return item.status === 'executing' || (item.status === 'pending' && item.error?.code !== INTERRUPTED);
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
