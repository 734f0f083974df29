import { createHash } from 'node:crypto';
import type { TaskRecord } from '../model/task-record.ts';

/** A task with what it runs. */
export type SubPlanRecord = TaskRecord & Required<Pick<TaskRecord, 'subPlan'>>;

export function runsPlan(record: TaskRecord): record is SubPlanRecord {
  return record.subPlan !== undefined;
}

/**
 * The id of the run that a task of another run is: whoever starts it, and however often, it is one run. It looks like any other run's, and
 * is as hard to guess as the parent's.
 */
export function childRunId(parentRunId: string, { ordinal, subPlan }: Pick<SubPlanRecord, 'ordinal' | 'subPlan'>): string {
  const text = JSON.stringify([parentRunId, ordinal, subPlan.generation]);
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
