import type { Statistics } from '../../runtime/ports/runs.ts';
import { expressions } from './expressions.ts';
import { type ItemKey, statisticsKey } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

const ADD_STATISTICS =
  'ADD #plans_executed :plans, #tasks_executed :executed, #tasks_completed :completed, #tasks_failed :failed, #tasks_retried :retries, #tokens_used :tokens';

/** The write that adds what a finished run came to to its tenant's sums: part of the transaction that ends the run. */
export function addStatistics(tableName: string, tenantId: string, added: Statistics): TransactWrite {
  const update = expressions({
    update: ADD_STATISTICS,
    values: {
      ':plans': added.plans_executed,
      ':executed': added.tasks_executed,
      ':completed': added.tasks_completed,
      ':failed': added.tasks_failed,
      ':retries': added.tasks_retried,
      ':tokens': added.tokens_used,
    },
  });
  return { Update: { TableName: tableName, Key: statisticsKey(tenantId), ...update, UpdateExpression: update.UpdateExpression! } };
}

export async function readStatistics(table: TableClient, tenantId: string): Promise<Statistics> {
  const sums = await table.get<ItemKey & Partial<Statistics>>(statisticsKey(tenantId));
  return {
    plans_executed: sums?.plans_executed ?? 0,
    tasks_executed: sums?.tasks_executed ?? 0,
    tasks_completed: sums?.tasks_completed ?? 0,
    tasks_failed: sums?.tasks_failed ?? 0,
    tasks_retried: sums?.tasks_retried ?? 0,
    tokens_used: sums?.tokens_used ?? 0,
  };
}
