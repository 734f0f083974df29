import type { JsonObject } from '../../model/json.ts';
import { fromNanoUsd } from '../../model/usage.ts';
import { type RunParent, shownParent } from '../../runtime/ports/child-runs.ts';
import type { Run, RunControl, RunOrder, RunState, RunTotals } from '../../runtime/ports/runs.ts';
import { readError } from './error-text.ts';
import type { RunDocument } from './table.ts';

/*
 * What is told of a run, made of its item. The context is read apart: it may be in chunks.
 */

/** What `asControl` reads, and whose the run is. */
export const CONTROL_ATTRIBUTES =
  '#tenant_id, #run_id, #status, #execution, #task_count, #error, #totals, #order, #planned, #machine, #changed_at, #parent';
/** What `asRunState` reads, and whose the run is. */
export const RUN_STATE_ATTRIBUTES =
  '#tenant_id, #run_id, #status, #execution, #context, #context_chunks, #timed_from, #tokens_used, #cost_nano_usd, #failing';

export function asRun(document: RunDocument, context: JsonObject): Run {
  const { run_id, plan_id, goal_id, status, execution, task_count, totals, created_at, started_at, completed_at, error } = document;
  return {
    run_id,
    plan_id,
    goal_id,
    status,
    execution,
    task_count,
    ...usageOf(document),
    totals: readTotals(totals),
    context,
    created_at,
    started_at: started_at ?? null,
    completed_at: completed_at ?? null,
    error: readError(error),
    ...shownParent(readParent(document)),
  };
}

export function asRunState(document: RunDocument, context: JsonObject): RunState {
  const { status, execution, timed_from, failing } = document;
  return { status, execution, context, timed_from: timed_from ?? null, failing: failing !== undefined, ...usageOf(document) };
}

export function asControl(document: RunDocument): RunControl {
  const { run_id, status, execution, task_count, error, totals, order, planned, machine, changed_at } = document;
  return {
    run_id,
    status,
    execution,
    task_count,
    error: readError(error),
    totals: readTotals(totals),
    order: JSON.parse(order) as RunOrder,
    planned,
    machine: machine ?? null,
    changed_at,
    ...(document.parent !== undefined && { parent: readParent(document)! }),
  };
}

function readParent({ parent }: RunDocument): RunParent | undefined {
  return parent === undefined ? undefined : (JSON.parse(parent) as RunParent);
}

export function readTotals(text: string | undefined): RunTotals | null {
  // those of runs that ended before tasks could be skipped do not say so
  return text === undefined ? null : ({ skipped: 0, ...JSON.parse(text) } as RunTotals);
}

function usageOf({ tokens_used = 0, cost_nano_usd = 0 }: RunDocument): Pick<Run, 'tokens_used' | 'cost_usd'> {
  return { tokens_used: Number(tokens_used), cost_usd: fromNanoUsd(Number(cost_nano_usd)) };
}
