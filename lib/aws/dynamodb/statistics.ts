import type { RunTotals, Statistics } from '../../runtime/ports.ts';
import { expressions } from './expressions.ts';
import { type ItemKey, statisticsKey } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

const ADD_TOTALS =
  'ADD #plans_executed :one, #tasks_executed :executed, #tasks_completed :completed, #tasks_failed :failed, #tasks_retried :retries, #tokens_used :tokens';

/** The write that adds a finished run to its tenant's sums: part of the transaction that ends the run. */
export function addTotals(tableName: string, tenantId: string, { executed, completed, failed, retries, tokens }: RunTotals): TransactWrite {
  const update = expressions({
    update: ADD_TOTALS,
    values: { ':one': 1, ':executed': executed, ':completed': completed, ':failed': failed, ':retries': retries, ':tokens': tokens },
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
