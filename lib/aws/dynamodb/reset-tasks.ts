import { type ExecutionRef, readRef } from '../../model/execution-ref.ts';
import { isFinal, REMOVED } from '../../model/run.ts';
import type { TaskReset } from '../../runtime/ports/tasks.ts';
import { itemIsNew, runIsToBePlanned, taskIsAsItWas, taskIsGone } from './conditions.ts';
import { expressions, type Parts } from './expressions.ts';
import { inBatches } from './in-batches.ts';
import { runKey, type TaskDocument, taskKey } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

/** TransactWriteItems takes 100, one of which looks at the run. */
const MAX_TASKS = 99;
/** A transaction's items may have 4 MB, outputs and errors 100 KB each. */
const MAX_LARGE_TASKS = 35;

const SET_PENDING = 'SET #status = :pending, #execution = :execution, #changed_at = :at, #ordinal = :ordinal, #task_id = :task_id';
/** The error stays: it says why the task runs again. A call of an earlier execution must not find its own mark. */
const REMOVE_RESULT = 'REMOVE #outputs, #outputs_key, #tokens_used, #completed_at, #writer';

export interface Resets {
  readonly ref: ExecutionRef;
  readonly resets: readonly TaskReset[];
  readonly forgive: boolean;
  readonly at: string;
}

/** One transaction after the other: all of them look at the run's item, and would be in each other's way. */
export async function resetTasks(table: TableClient, newId: () => string, resets: Resets): Promise<boolean> {
  const { small = [], large = [] } = Object.groupBy(resets.resets, ({ was }) =>
    was === undefined || was.attempt === 0 ? 'small' : 'large',
  );
  const batches = [...inBatches(small, MAX_TASKS), ...inBatches(large, MAX_LARGE_TASKS)];
  const check = runCheck(table.name, resets.ref);
  for (const batch of batches.length === 0 ? [[]] : batches) {
    const writes = batch.map((reset) => writeOf(table.name, resets, reset));
    if (!(await table.transact([check, ...writes], newId())).written) return false;
  }
  return true;
}

function runCheck(TableName: string, ref: ExecutionRef): TransactWrite {
  const { runId, execution } = readRef(ref);
  const check = expressions({ condition: runIsToBePlanned, values: { ':queued': 'queued', ':execution': execution } });
  return { ConditionCheck: { TableName, Key: runKey(runId), ...check, ConditionExpression: runIsToBePlanned } };
}

function writeOf(TableName: string, { ref, forgive, at }: Resets, { task, was, removed = false }: TaskReset): TransactWrite {
  const { runId, execution } = readRef(ref);
  const { ordinal, id } = task;
  const Key = taskKey(runId, ordinal);
  const unchanged = was && { ':was': was.status, ':attempt': was.attempt };
  if (removed || unchanged === undefined) {
    const item: TaskDocument = {
      ...Key,
      ordinal,
      task_id: id,
      status: removed ? REMOVED : 'pending',
      attempt: 0,
      execution,
      changed_at: at,
    };
    const ifNew: Parts = removed ? { condition: taskIsGone, values: { ':removed': REMOVED } } : { condition: itemIsNew };
    const condition: Parts = unchanged ? { condition: taskIsAsItWas, values: unchanged } : ifNew;
    return { Put: { TableName, Item: { ...item }, ...expressions(condition) } };
  }
  // what an interruption cut off has started, what is retried after its end starts anew
  const starts = forgive && isFinal(unchanged[':was']) ? ', #earlier_attempts = :attempt' : '';
  const update = expressions({
    update: `${SET_PENDING}${starts}${forgive ? ', #forgiven = if_not_exists(#failures, :zero)' : ''} ${REMOVE_RESULT}`,
    condition: taskIsAsItWas,
    values: {
      ...unchanged,
      ':pending': 'pending',
      ':execution': execution,
      ':at': at,
      ':ordinal': ordinal,
      ':task_id': id,
      ...(forgive && { ':zero': 0 }),
    },
  });
  return { Update: { TableName, Key, ...update, UpdateExpression: update.UpdateExpression! } };
}
