import { describe, expect, test } from 'vitest';
import { cancelled, EXPIRY_SEC, names, refused, scriptedStore, TABLE } from './scripted.ts';

const Key = { PK: 'RUN#run', SK: 'SLOT#run' };
const WAIT = { PK: 'RUN#run', SK: 'WAIT#run#0000000007#000004' };
const WAITER = { PK: 'RUN#run', SK: 'WAITER#run#000004' };

const getWaiter = [
  'GetCommand',
  { TableName: TABLE, Key: WAITER, ConsistentRead: true, ProjectionExpression: '#rank', ExpressionAttributeNames: names('rank') },
];

describe('slots', () => {
  test('takeSlot is one write, for a holder or below the limit', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.takeSlot('run', 4, 10)).toBe(true);

    expect(sent).toEqual([
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: 'ADD #holders :holder SET #expires_at = :expiry',
          ConditionExpression: 'contains(#holders, :ordinal) OR attribute_not_exists(#holders) OR size(#holders) < :limit',
          ExpressionAttributeNames: names('holders', 'expires_at'),
          ExpressionAttributeValues: { ':holder': new Set([4]), ':ordinal': 4, ':limit': 10, ':expiry': EXPIRY_SEC },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test('takeSlot is refused at the limit', async () => {
    expect(await scriptedStore({}, refused()).store.takeSlot('run', 4, 10)).toBe(false);
  });

  test('freeSlot looks whether the task waits, and is one write without a condition where it does not', async () => {
    const { store, sent } = scriptedStore({}, {});

    await store.freeSlot('run', 4);

    expect(sent).toEqual([
      getWaiter,
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: 'DELETE #holders :holder',
          ExpressionAttributeNames: names('holders'),
          ExpressionAttributeValues: { ':holder': new Set([4]) },
        },
      ],
    ]);
  });

  test('freeSlot of a task that waits still gives up slot and place in one step', async () => {
    const { store, sent } = scriptedStore({}, { Item: { rank: 7 } });

    await store.freeSlot('run', 4);

    expect(sent).toEqual([
      getWaiter,
      [
        'TransactWriteCommand',
        {
          TransactItems: [
            {
              Update: {
                TableName: TABLE,
                Key,
                UpdateExpression: 'DELETE #holders :holder',
                ExpressionAttributeNames: names('holders'),
                ExpressionAttributeValues: { ':holder': new Set([4]) },
              },
            },
            { Delete: { TableName: TABLE, Key: WAIT } },
            { Delete: { TableName: TABLE, Key: WAITER } },
          ],
          ClientRequestToken: 'id-1',
        },
      ],
    ]);
  });

  test.each([
    [{ Item: { holders: new Set([4, 2]) } }, [4, 2]],
    [{ Item: {} }, []],
    [{}, []],
  ])('listHolders is one consistent read (%#)', async (answer, expected) => {
    const { store, sent } = scriptedStore({}, answer);

    expect(await store.listHolders('run')).toEqual(expected);

    expect(sent).toEqual([
      [
        'GetCommand',
        { TableName: TABLE, Key, ConsistentRead: true, ProjectionExpression: '#holders', ExpressionAttributeNames: names('holders') },
      ],
    ]);
  });
});

describe('waiting', () => {
  test('putWaiting puts both items or none', async () => {
    const { store, sent } = scriptedStore({});

    await store.putWaiting('run', 4, 7);

    const waiting = { ordinal: 4, rank: 7, expires_at: EXPIRY_SEC };
    expect(sent).toEqual([
      [
        'TransactWriteCommand',
        {
          TransactItems: [
            { Put: { TableName: TABLE, Item: { ...WAIT, ...waiting } } },
            { Put: { TableName: TABLE, Item: { ...WAITER, ...waiting } } },
          ],
          ClientRequestToken: 'id-1',
        },
      ],
    ]);
  });

  test('deleteWaiting deletes both, by the rank that the task is found with', async () => {
    const { store, sent } = scriptedStore({}, { Item: { rank: 7 } });

    await store.deleteWaiting('run', 4);

    expect(sent).toEqual([
      getWaiter,
      [
        'TransactWriteCommand',
        {
          TransactItems: [{ Delete: { TableName: TABLE, Key: WAIT } }, { Delete: { TableName: TABLE, Key: WAITER } }],
          ClientRequestToken: 'id-1',
        },
      ],
    ]);
  });

  test('deleteWaiting of a task that does not wait is a read', async () => {
    const { store, sent } = scriptedStore({});

    await store.deleteWaiting('run', 4);

    expect(sent).toEqual([getWaiter]);
  });

  test('both try again when they meet', async () => {
    const conflict = cancelled({ Code: 'TransactionConflict' }, { Code: 'None' });
    const { store, sent, pauses } = scriptedStore({}, conflict, {}, { Item: { rank: 7 } }, conflict);

    await store.putWaiting('run', 4, 7);
    await store.deleteWaiting('run', 4);

    expect(sent).toHaveLength(5);
    expect(pauses).toEqual([1, 1]);
  });

  test.each([
    [{ Item: { rank: 7 } }, true],
    [{}, false],
  ])('isWaiting is one consistent read (%#)', async (answer, expected) => {
    const { store, sent } = scriptedStore({}, answer);

    expect(await store.isWaiting('run', 4)).toBe(expected);
    expect(sent).toEqual([getWaiter]);
  });

  const holding = (...ordinals: number[]) => ({ Item: { holders: new Set(ordinals) } });
  const waiters = (...ordinals: number[]) => ({ Items: ordinals.map((ordinal) => ({ ordinal, rank: ordinal + 3 })) });
  const takeFive = [
    'TransactWriteCommand',
    {
      TransactItems: [
        {
          ConditionCheck: {
            TableName: TABLE,
            Key: { PK: 'RUN#run', SK: 'WAIT#run#0000000008#000005' },
            ConditionExpression: 'attribute_exists(#PK)',
            ExpressionAttributeNames: names('PK'),
          },
        },
        {
          Update: {
            TableName: TABLE,
            Key,
            UpdateExpression: 'ADD #holders :holder SET #expires_at = :expiry',
            ConditionExpression: 'NOT contains(#holders, :ordinal) AND (attribute_not_exists(#holders) OR size(#holders) < :limit)',
            ExpressionAttributeNames: names('holders', 'expires_at'),
            ExpressionAttributeValues: { ':holder': new Set([5]), ':ordinal': 5, ':limit': 2, ':expiry': EXPIRY_SEC },
          },
        },
      ],
      ClientRequestToken: 'id-1',
    },
  ];

  test('takeForBest takes a slot for the first that has none, on the condition that it still waits', async () => {
    const { store, sent } = scriptedStore({}, holding(4), waiters(4, 5), {});

    expect(await store.takeForBest('run', 2)).toBe(5);

    expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'QueryCommand', 'TransactWriteCommand']);
    expect(sent[1]).toEqual([
      'QueryCommand',
      {
        TableName: TABLE,
        ConsistentRead: true,
        Limit: 2,
        KeyConditionExpression: '#PK = :run AND begins_with(#SK, :prefix)',
        ProjectionExpression: '#ordinal, #rank',
        ExpressionAttributeNames: names('PK', 'SK', 'ordinal', 'rank'),
        ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'WAIT#run#' },
      },
    ]);
    expect(sent[2]).toEqual(takeFive);
  });

  test('takeForBest chooses anew where another was faster', async () => {
    const refusal = cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed' });
    const { store, sent } = scriptedStore({}, holding(), waiters(4, 5), refusal, holding(4), waiters(4, 5), {});

    expect(await store.takeForBest('run', 2)).toBe(5);
    expect(sent).toHaveLength(6);
  });

  test.each([
    ['nobody waits', [holding(1), waiters()]],
    ['all that wait hold one', [holding(4), waiters(4)]],
    ['all slots are held', [holding(1, 2)]],
  ])('takeForBest takes nothing when %s', async (_, answers) => {
    const { store, sent } = scriptedStore({}, ...answers);

    expect(await store.takeForBest('run', 2)).toBeUndefined();
    expect(sent).toHaveLength(answers.length);
  });
});
