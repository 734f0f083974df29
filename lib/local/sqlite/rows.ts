import type { JsonObject } from '../../model/json.ts';
import { type RunStatus, type StoredTaskStatus, shownStatus, type TaskStatus } from '../../model/run.ts';
import { fromNanoUsd } from '../../model/usage.ts';
import { type RunParent, shownParent } from '../../runtime/ports/child-runs.ts';
import type { RunEvent } from '../../runtime/ports/run-event.ts';
import type { Run, RunControl, RunOrder, RunState, RunTotals } from '../../runtime/ports/runs.ts';
import type { TaskError, TaskItem, TaskProgress } from '../../runtime/ports/tasks.ts';

export interface RunRow {
  readonly run: number;
  readonly run_id: string;
  readonly plan_id: string;
  readonly goal_id: string | null;
  readonly status: string;
  readonly execution: number;
  /** The execution that the spec is of; 0: there is none. */
  readonly planned: number;
  readonly machine: string | null;
  /** JSON of the RunOrder. */
  readonly orders: string;
  /** JSON of the RunParent. */
  readonly parent: string | null;
  readonly task_count: number;
  /** The ordinal of the next task that a foreach comes to. */
  readonly next_ordinal: number;
  readonly tokens_used: number;
  readonly cost_nano_usd: number;
  readonly totals: string | null;
  /** The task by which it is. */
  readonly failing: number | null;
  /** What the statistics have of the run already. */
  readonly counted: string | null;
  readonly idempotency_key: string | null;
  readonly context: string;
  readonly created_at: string;
  readonly changed_at: string;
  readonly started_at: string | null;
  readonly timed_from: string | null;
  /** When it last was paused or ended. */
  readonly stopped_at: string | null;
  readonly completed_at: string | null;
  readonly error: string | null;
  /** The mark of the process that runs it, or did. */
  readonly process: string | null;
}

export interface TaskRow {
  readonly ordinal: number;
  readonly status: string;
  readonly attempt: number;
  /** Attempts up to its latest reset after an end. */
  readonly earlier_attempts: number;
  readonly failures: number;
  readonly forgiven: number;
  readonly outputs: string | null;
  readonly error: string | null;
  readonly started_at: string | null;
  readonly changed_at: string;
  readonly completed_at: string | null;
}

export interface EventRow {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly task_id: string | null;
  readonly attempt: number | null;
  readonly error: string | null;
}

export function readRun(row: RunRow): Run {
  const { run_id, plan_id, goal_id, execution, task_count, tokens_used, created_at, started_at, completed_at } = row;
  return {
    run_id,
    plan_id,
    goal_id,
    status: row.status as RunStatus,
    execution,
    task_count,
    tokens_used,
    cost_usd: fromNanoUsd(row.cost_nano_usd),
    totals: readTotals(row.totals),
    context: JSON.parse(row.context) as JsonObject,
    created_at,
    started_at,
    completed_at,
    error: parseError(row.error),
    ...shownParent(readParent(row.parent)),
  };
}

function readParent(text: string | null): RunParent | undefined {
  return text === null ? undefined : (JSON.parse(text) as RunParent);
}

export const CONTROL_COLUMNS = [
  'run_id',
  'status',
  'execution',
  'task_count',
  'error',
  'totals',
  'orders',
  'planned',
  'machine',
  'changed_at',
  'parent',
] as const satisfies readonly (keyof RunRow)[];
export type ControlRow = Pick<RunRow, (typeof CONTROL_COLUMNS)[number]>;

export function readControl({ orders, status, error, totals, parent, ...row }: ControlRow): RunControl {
  return {
    ...row,
    status: status as RunStatus,
    error: parseError(error),
    totals: readTotals(totals),
    order: JSON.parse(orders) as RunOrder,
    ...(parent !== null && { parent: readParent(parent)! }),
  };
}

export function readTotals(text: string | null): RunTotals | null {
  return text === null ? null : (JSON.parse(text) as RunTotals);
}

export const RUN_STATE_COLUMNS = [
  'status',
  'execution',
  'context',
  'timed_from',
  'tokens_used',
  'cost_nano_usd',
  'failing',
] as const satisfies readonly (keyof RunRow)[];
export type RunStateRow = Pick<RunRow, (typeof RUN_STATE_COLUMNS)[number]>;

export function readRunState({ status, execution, context, timed_from, tokens_used, cost_nano_usd, failing }: RunStateRow): RunState {
  return {
    status: status as RunStatus,
    execution,
    context: JSON.parse(context) as JsonObject,
    timed_from,
    tokens_used,
    cost_usd: fromNanoUsd(cost_nano_usd),
    failing: failing !== null,
  };
}

/** What it costs to read a row is the number of its columns. */
export const ITEM_COLUMNS = [
  'ordinal',
  'status',
  'attempt',
  'earlier_attempts',
  'failures',
  'outputs',
  'error',
  'started_at',
  'completed_at',
] as const satisfies readonly (keyof TaskRow)[];
export type ItemRow = Pick<TaskRow, (typeof ITEM_COLUMNS)[number]>;

/** @param withOutputs whether they are wanted; else they are null */
export function readTask(row: ItemRow, withOutputs = true): TaskItem {
  return {
    ordinal: row.ordinal,
    status: shownStatus(row.status as StoredTaskStatus),
    attempt: row.attempt,
    started: row.attempt > row.earlier_attempts,
    failures: row.failures,
    outputs: row.outputs === null || !withOutputs ? null : (JSON.parse(row.outputs) as JsonObject),
    error: parseError(row.error),
    started_at: row.started_at,
    completed_at: row.completed_at,
  };
}

export const PROGRESS_COLUMNS = [
  'ordinal',
  'status',
  'attempt',
  'earlier_attempts',
  'failures',
  'forgiven',
  'error',
  'started_at',
  'changed_at',
  'completed_at',
] as const satisfies readonly (keyof TaskRow)[];
export type ProgressRow = Pick<TaskRow, (typeof PROGRESS_COLUMNS)[number]>;

export function readProgress({ status, error, earlier_attempts, ...row }: ProgressRow): TaskProgress {
  return { ...row, status: status as TaskStatus, started: row.attempt > earlier_attempts, error: parseError(error) };
}

export function readEvent(runId: string, row: EventRow): RunEvent {
  return {
    seq: row.seq,
    at: row.at,
    run_id: runId,
    type: row.type as RunEvent['type'],
    ...(row.task_id === null ? {} : { task_id: row.task_id }),
    ...(row.attempt === null ? {} : { attempt: row.attempt }),
    ...(row.error === null ? {} : { error: JSON.parse(row.error) as TaskError }),
  };
}

function parseError(text: string | null): TaskError | null {
  return text === null ? null : (JSON.parse(text) as TaskError);
}
