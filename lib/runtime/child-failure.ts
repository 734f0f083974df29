import type { SubPlanRecord } from './child-run-id.ts';
import { ChildRunCancelledError, ChildRunFailedError, CompoundTimedOutError, type StateError } from './errors.ts';
import { latestRecords } from './latest-spec.ts';
import type { RunControl } from './ports/runs.ts';
import type { Runtime } from './runtime.ts';

/** Failed tasks of a child run that its parent's task names. */
const NAMED = 5;

/** Why a task has failed, or was cancelled, whose child run has ended so. */
export async function childFailure(
  runtime: Pick<Runtime, 'store' | 'specs'>,
  record: SubPlanRecord,
  child: RunControl,
): Promise<StateError> {
  const { run_id: childId, status, error } = child;
  if (status === 'cancelled') return new ChildRunCancelledError(`its run ${childId} was cancelled`);
  const { timeoutSec } = record.subPlan;
  if (error?.code === 'E5203' && timeoutSec !== undefined) {
    return new CompoundTimedOutError(`the compound ${record.id} took longer than its timeout of ${timeoutSec} s: run ${childId}`);
  }
  const why = error === null ? '' : `: ${error.code} ${error.message}`;
  return new ChildRunFailedError(`its run ${childId} failed${why}${await failedTasks(runtime, childId)}`);
}

async function failedTasks(runtime: Pick<Runtime, 'store' | 'specs'>, childId: string): Promise<string> {
  const failed = (await runtime.store.listProgress(childId)).filter(({ status }) => status === 'failed');
  if (failed.length === 0) return '';
  const ids = new Map((await latestRecords(runtime, childId)).map(({ ordinal, id }) => [ordinal, id]));
  const named = failed.slice(0, NAMED).map(({ ordinal, error }) => `${ids.get(ordinal) ?? ordinal} (${error?.code} ${error?.message})`);
  return `; ${named.join(', ')}${failed.length > NAMED ? ` and ${failed.length - NAMED} more` : ''}`;
}
