import type { FunctionName } from '../../lambdas/function-names.ts';

/** Which of a service's calls each function makes; a function that is not named makes none. */
export type Permissions = { readonly [Name in FunctionName]?: readonly string[] };

/** A check of one item within a transaction is a permission of its own. */
const EVERY_TABLE_CALL = ['GetItem', 'BatchGetItem', 'ConditionCheckItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'];

/** There is no Scan. */
export const TABLE_CALLS: Permissions = {
  'run-task': EVERY_TABLE_CALL,
  'admit-task': EVERY_TABLE_CALL,
  /** It takes no places, opens no gates and removes nothing. */
  'list-items': ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  'settle-task': EVERY_TABLE_CALL,
  /** Also to let in those that waited for what the run held in shared pools, and to end the task that it was started for. */
  'finish-run': EVERY_TABLE_CALL,
  /** Also to reset tasks, and to end runs that are stopped. */
  planner: EVERY_TABLE_CALL,
  /** The same. */
  reconcile: EVERY_TABLE_CALL,
  'publish-events': ['Query', 'PutItem'],
  api: EVERY_TABLE_CALL,
  housekeeping: ['GetItem', 'Query', 'DeleteItem', 'BatchWriteItem'],
};

/** Large outputs, large plans, and definitions of machines that are yet to be made. */
export const BLOB_CALLS: Permissions = {
  'run-task': ['GetObject', 'PutObject'],
  'list-items': ['GetObject'],
  'settle-task': ['GetObject'],
  /** Who ends a child run reads its outputs, and writes those of the task that it was started for. */
  'finish-run': ['GetObject', 'PutObject'],
  reconcile: ['GetObject', 'PutObject'],
  planner: ['GetObject', 'PutObject'],
  api: ['GetObject', 'PutObject'],
};

/** To end states that wait under a token: those of gates, and those of tasks, by a callback or with a child run. */
export const TOKEN_CALLS: Permissions = {
  'run-task': ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'],
  'admit-task': ['SendTaskSuccess'],
  'settle-task': ['SendTaskSuccess'],
  'finish-run': ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'],
  planner: ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'],
  reconcile: ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'],
  api: ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'],
};

/** To stop what goes on of a run that is paused or cancelled. */
export const EXECUTION_CALLS: Permissions = {
  planner: ['StopExecution'],
  reconcile: ['StopExecution'],
  api: ['StopExecution'],
};
