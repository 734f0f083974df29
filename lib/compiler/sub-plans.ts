import { MAX_TIMEOUT_SEC, type Task } from '../model/plan.ts';
import type { RecordReference, TaskRecord } from '../model/task-record.ts';

/** What the record of a task that runs another plan says of it; nothing for other tasks. */
export function subPlanOf({ sub_plan, timeout_seconds }: Pick<Task, 'sub_plan' | 'timeout_seconds'>): Pick<TaskRecord, 'subPlan'> {
  if (sub_plan === undefined) return {};
  const { plan_ref, plan_hash, plan_id, goal_id, max_execution_time_sec, outputs, references, generation = 1 } = sub_plan;
  const isLimited = timeout_seconds < Math.min(MAX_TIMEOUT_SEC, max_execution_time_sec ?? Number.POSITIVE_INFINITY);
  return {
    subPlan: {
      planRef: plan_ref,
      planHash: plan_hash,
      planId: plan_id,
      goalId: goal_id,
      ...(isLimited ? { timeoutSec: timeout_seconds } : {}),
      generation,
      outputs,
      references: Object.fromEntries(references.map(({ text, source, path }): [string, RecordReference] => [text, { source, path }])),
    },
  };
}
