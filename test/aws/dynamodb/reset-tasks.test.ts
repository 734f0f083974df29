import { describe, expect, test } from 'vitest';
import type { TaskReset } from '../../../lib/runtime/ports/tasks.ts';
import { at, task } from '../../contract/factories.ts';
import { cancelled, names, scriptedStore, TABLE } from './scripted.ts';

const RUN = { Item: { tenant_id: 'default' } };
const KEY = { PK: 'RUN#run', SK: 'TASK#000002' };
const check = {
  ConditionCheck: {
    TableName: TABLE,
    Key: { PK: 'RUN#run', SK: 'RUN' },
    ConditionExpression: '#status = :queued AND #execution = :execution AND #planned < :execution',
    ExpressionAttributeNames: names('status', 'execution', 'planned'),
    ExpressionAttributeValues: { ':queued': 'queued', ':execution': 3 },
  },
};
const asItWas = {
  ConditionExpression: '#status = :was AND #attempt = :attempt',
  ExpressionAttributeNames: names('status', 'attempt'),
  ExpressionAttributeValues: { ':was': 'failed', ':attempt': 4 },
};
const was = { status: 'failed', attempt: 4 } as const;

async function writesOf(reset: Omit<TaskReset, 'task'>, forgive = false): Promise<unknown> {
  const { store, sent } = scriptedStore({}, RUN);
  expect(await store.resetTasks('run/3', [{ task: task(2), ...reset }], forgive, at(9))).toBe(true);
  expect(sent).toHaveLength(2);
  return (sent[1]![1] as { TransactItems: unknown[] }).TransactItems;
}

describe('a reset, together with a look at the run', () => {
  test.each([false, true])('updates a task that is as it was; failures are forgiven: %j', async (forgive) => {
    expect(await writesOf({ was }, forgive)).toEqual([
      check,
      {
        Update: {
          TableName: TABLE,
          Key: KEY,
          UpdateExpression: `SET #status = :pending, #execution = :execution, #changed_at = :at, #ordinal = :ordinal, #task_id = :task_id${forgive ? ', #earlier_attempts = :attempt, #forgiven = if_not_exists(#failures, :zero)' : ''} REMOVE #outputs, #outputs_key, #tokens_used, #completed_at, #writer`,
          ConditionExpression: asItWas.ConditionExpression,
          ExpressionAttributeNames: names(
            ...[
              'status',
              'execution',
              'changed_at',
              'ordinal',
              'task_id',
              ...(forgive ? ['earlier_attempts', 'forgiven', 'failures'] : []),
            ],
            ...['outputs', 'outputs_key', 'tokens_used', 'completed_at', 'writer', 'attempt'],
          ),
          ExpressionAttributeValues: {
            ...asItWas.ExpressionAttributeValues,
            ':pending': 'pending',
            ':execution': 3,
            ':at': at(9),
            ':ordinal': 2,
            ':task_id': 'task-2',
            ...(forgive && { ':zero': 0 }),
          },
        },
      },
    ]);
  });

  test('makes an item where there is none', async () => {
    const Item = { ...KEY, ordinal: 2, task_id: 'task-2', status: 'pending', attempt: 0, execution: 3, changed_at: at(9) };
    const isNew = { ConditionExpression: 'attribute_not_exists(#PK)', ExpressionAttributeNames: names('PK') };

    expect(await writesOf({ was: undefined }, true)).toEqual([check, { Put: { TableName: TABLE, Item, ...isNew } }]);
  });

  test('puts in the place of what is removed that it is, also where there was nothing', async () => {
    const Item = { ...KEY, ordinal: 2, task_id: 'task-2', status: 'removed', attempt: 0, execution: 3, changed_at: at(9) };
    const isGone = {
      ConditionExpression: 'attribute_not_exists(#PK) OR #status = :removed',
      ExpressionAttributeNames: names('PK', 'status'),
      ExpressionAttributeValues: { ':removed': 'removed' },
    };

    expect(await writesOf({ was, removed: true })).toEqual([check, { Put: { TableName: TABLE, Item, ...asItWas } }]);
    expect(await writesOf({ was: undefined, removed: true })).toEqual([check, { Put: { TableName: TABLE, Item, ...isGone } }]);
  });
});

describe('resets of many tasks', () => {
  const resets = (count: number, attempt: number): TaskReset[] =>
    Array.from({ length: count }, (_, n) => ({ task: task(n), was: { status: 'cancelled', attempt } }));
  const sizes = (sent: readonly [string, unknown][]): number[] =>
    sent.slice(1).map(([, input]) => (input as { TransactItems: unknown[] }).TransactItems.length);

  test.each([
    [0, [100, 100, 3]],
    [1, Array(5).fill(36).concat(26)],
  ])('are transactions one after the other, of as many as fit: after %i attempts', async (attempt, expected) => {
    const { store, sent } = scriptedStore({}, RUN);

    expect(await store.resetTasks('run/3', resets(200, attempt), false, at(9))).toBe(true);

    expect(sizes(sent)).toEqual(expected);
  });

  test('end where one is refused, and go on after a conflict', async () => {
    const conflict = cancelled({ Code: 'TransactionConflict' });
    const { store, sent } = scriptedStore({}, RUN, conflict, {}, cancelled({ Code: 'ConditionalCheckFailed' }));

    expect(await store.resetTasks('run/3', resets(300, 0), false, at(9))).toBe(false);

    expect(sizes(sent)).toEqual([100, 100, 100]);
    expect(sent[2]).toEqual(sent[1]);
  });
});
