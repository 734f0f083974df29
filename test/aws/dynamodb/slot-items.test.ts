import { describe, expect, test } from 'vitest';
import { cancelled, EXPIRY_SEC, names, refused, scriptedStore, TABLE } from './scripted.ts';

const Key = { PK: 'RUN#run', SK: 'SLOT#run' };
const WAIT = { PK: 'RUN#run', SK: 'WAIT#run#0000000007#000004' };
const WAITER = { PK: 'RUN#run', SK: 'WAITER#run#000004' };

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

  test('freeSlot is one write without a condition, and a look whether the task waits', async () => {
    const { store, sent } = scriptedStore({}, {});

    await store.freeSlot('run', 4);

    expect(sent.map(([command]) => command)).toEqual(['UpdateCommand', 'GetCommand']);
    expect(sent.slice(0, 1)).toEqual([
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
  const getWaiter = [
    'GetCommand',
    { TableName: TABLE, Key: WAITER, ConsistentRead: true, ProjectionExpression: '#rank', ExpressionAttributeNames: names('rank') },
  ];

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

  const queryWaiters = [
    'QueryCommand',
    {
      TableName: TABLE,
      ConsistentRead: true,
      Limit: 5,
      KeyConditionExpression: '#PK = :run AND begins_with(#SK, :prefix)',
      ProjectionExpression: '#ordinal',
      ExpressionAttributeNames: names('PK', 'SK', 'ordinal'),
      ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'WAIT#run#' },
    },
  ];

  test('takeForBest takes a slot for the first that has none', async () => {
    const { store, sent } = scriptedStore(
      {},
      { Items: [{ ordinal: 4 }, { ordinal: 5 }] },
      { Item: { holders: new Set([4]) } },
      { Item: { holders: new Set([4]) } },
      {},
    );

    expect(await store.takeForBest('run', 2)).toBe(5);

    expect(sent[0]).toEqual(queryWaiters);
    expect(sent.map(([command]) => command)).toEqual(['QueryCommand', 'GetCommand', 'GetCommand', 'UpdateCommand']);
    expect(sent[3]).toEqual([
      'UpdateCommand',
      expect.objectContaining({
        ConditionExpression: 'attribute_not_exists(#holders) OR (NOT contains(#holders, :ordinal) AND size(#holders) < :limit)',
        ExpressionAttributeValues: expect.objectContaining({ ':ordinal': 5, ':limit': 2 }),
      }),
    ]);
  });

  test.each([
    ['nobody waits', { Items: [] }, undefined],
    ['all slots are held', { Items: [{ ordinal: 4 }] }, { Item: { holders: new Set([1, 2]) } }],
  ])('takeForBest takes nothing when %s', async (_, waiters, slot) => {
    const { store, sent } = scriptedStore({}, waiters, ...(slot === undefined ? [] : [slot]));

    expect(await store.takeForBest('run', 2)).toBeUndefined();
    expect(sent.map(([command]) => command)).not.toContain('UpdateCommand');
  });
});
