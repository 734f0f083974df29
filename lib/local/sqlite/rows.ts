import type { JsonObject } from '../../model/json.ts';
import type { RunStatus, TaskStatus } from '../../model/run.ts';
import { fromNanoUsd } from '../../model/usage.ts';
import type { Run, RunEvent, RunState, RunTotals, TaskError, TaskItem } from '../../runtime/ports.ts';

export interface RunRow {
  readonly run: number;
  readonly run_id: string;
  readonly plan_id: string;
  readonly goal_id: string | null;
  readonly status: string;
  readonly task_count: number;
  readonly tokens_used: number;
  readonly cost_nano_usd: number;
  readonly totals: string | null;
  /** The task by which it is. */
  readonly failing: number | null;
  readonly idempotency_key: string | null;
  readonly context: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: string | null;
}

export interface TaskRow {
  readonly ordinal: number;
  readonly status: string;
  readonly attempt: number;
  readonly outputs: string | null;
  readonly error: string | null;
  readonly started_at: string | null;
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
  const { run, context, error, status, idempotency_key, totals, failing, cost_nano_usd, ...rest } = row;
  return {
    ...rest,
    status: status as RunStatus,
    cost_usd: fromNanoUsd(cost_nano_usd),
    totals: totals === null ? null : (JSON.parse(totals) as RunTotals),
    context: JSON.parse(context) as JsonObject,
    error: parseError(error),
  };
}

export const RUN_STATE_COLUMNS = [
  'status',
  'context',
  'started_at',
  'tokens_used',
  'cost_nano_usd',
  'failing',
] as const satisfies readonly (keyof RunRow)[];
export type RunStateRow = Pick<RunRow, (typeof RUN_STATE_COLUMNS)[number]>;

export function readRunState({ status, context, started_at, tokens_used, cost_nano_usd, failing }: RunStateRow): RunState {
  return {
    status: status as RunStatus,
    context: JSON.parse(context) as JsonObject,
    started_at,
    tokens_used,
    cost_usd: fromNanoUsd(cost_nano_usd),
    failing: failing !== null,
  };
}

export function readTask(row: TaskRow): TaskItem {
  return {
    ordinal: row.ordinal,
    status: row.status as TaskStatus,
    attempt: row.attempt,
    outputs: row.outputs === null ? null : (JSON.parse(row.outputs) as JsonObject),
    error: parseError(row.error),
    started_at: row.started_at,
    completed_at: row.completed_at,
  };
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
