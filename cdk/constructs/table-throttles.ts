import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation, type Table } from 'aws-cdk-lib/aws-dynamodb';

/** What the functions do to the table. */
const OPERATIONS = [
  Operation.GET_ITEM,
  Operation.BATCH_GET_ITEM,
  Operation.QUERY,
  Operation.PUT_ITEM,
  Operation.UPDATE_ITEM,
  Operation.DELETE_ITEM,
  Operation.TRANSACT_WRITE_ITEMS,
];

/** Requests that the table refused for being too many. */
export function tableThrottles(table: Table): IMetric {
  return table.metricThrottledRequestsForOperations({ operations: OPERATIONS, label: 'table' });
}
