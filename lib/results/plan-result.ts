import type { ErrorCode } from '../model/error-codes.ts';
import { PlanningError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { RUN_ERROR } from '../model/task-errors.ts';
import type { TaskDescription } from '../runtime/describe-tasks.ts';
import type { Run } from '../runtime/ports/runs.ts';

export interface PlanResult {
  readonly plan_id: string;
  readonly run_id: string;
  readonly status: 'completed';
  readonly completed_tasks: number;
  /** Of a run that has completed: all tolerated. */
  readonly failed_tasks: number;
  /** Those of the failed that a foreach tolerated. */
  readonly tolerated_tasks: number;
  readonly blocked_tasks: number;
  readonly cancelled_tasks: number;
  readonly skipped_tasks: number;
  /** By task id. */
  readonly outputs: Record<string, JsonObject>;
}

export type EndedRun = Pick<Run, 'run_id' | 'plan_id' | 'status' | 'error' | 'totals'>;

/** What a run came to that has completed. */
export function planResult(run: EndedRun, outputs: Record<string, JsonObject>): PlanResult {
  const { run_id, plan_id, totals } = run;
  return { run_id, plan_id, status: 'completed', ...countsOf(totals), outputs };
}

/** What is said of a run that has not completed. */
export function planFailure(
  run: EndedRun,
  tasks: readonly Pick<TaskDescription, 'task_id' | 'status' | 'attempt' | 'error'>[],
): PlanningError {
  const { run_id, plan_id, status, error, totals } = run;
  return new PlanningError(codeOf(error), error?.message ?? (status === 'paused' ? 'the run is paused' : `the run ended ${status}`), {
    run_id,
    plan_id,
    status,
    ...countsOf(totals),
    errors: tasks
      .filter((task) => task.status === 'failed')
      .map((task) => ({
        task_id: task.task_id,
        attempt: task.attempt,
        code: task.error?.code ?? 'E5202',
        message: task.error?.message ?? '',
      })),
  });
}

function countsOf(totals: EndedRun['totals']): Omit<PlanResult, 'plan_id' | 'run_id' | 'status' | 'outputs'> {
  return {
    completed_tasks: totals?.completed ?? 0,
    failed_tasks: totals?.failed ?? 0,
    tolerated_tasks: totals?.tolerated ?? 0,
    blocked_tasks: totals?.blocked ?? 0,
    cancelled_tasks: totals?.cancelled ?? 0,
    skipped_tasks: totals?.skipped ?? 0,
  };
}

/** Of a run that finish-run has ended its own; what else there may be is the orchestrator's. */
function codeOf(error: EndedRun['error']): ErrorCode {
  return Object.values(RUN_ERROR).find((code) => code === error?.code) ?? RUN_ERROR.incomplete;
}
