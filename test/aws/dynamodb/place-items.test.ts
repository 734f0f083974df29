import { describe, expect, test } from 'vitest';
import { RUN_POOL } from '../../../lib/model/task-record.ts';
import type { Demand } from '../../../lib/runtime/ports/places.ts';
import { places, waiter } from '../../contract/factories.ts';
import { cancelled, EXPIRY_SEC, names, refused, scriptedStore, TABLE } from './scripted.ts';

const Key = { PK: 'RUN#run', SK: 'POOL#' };
const WAIT = { PK: 'RUN#run', SK: 'WAIT##0000000007#000004' };
const WAITER = { PK: 'RUN#run', SK: 'WAITER#000004' };

const getWaiter = [
  'GetCommand',
  {
    TableName: TABLE,
    Key: WAITER,
    ConsistentRead: true,
    ProjectionExpression: '#rank, #queue',
    ExpressionAttributeNames: names('rank', 'queue'),
  },
];

describe('places', () => {
  test('takePlaces is one write, for a holder or below the limit', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.takePlaces('run', 4, places(10))).toBe(true);

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

  test('takePlaces is refused at the limit', async () => {
    expect(await scriptedStore({}, refused()).store.takePlaces('run', 4, places(10))).toBe(false);
  });

  test('freePlaces looks whether the task waits, and is one write without a condition where it does not', async () => {
    const { store, sent } = scriptedStore({}, {});

    await store.freePlaces('run', 4, places(10));

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

  test('freePlaces of a task that waits still gives up its places in one step', async () => {
    const { store, sent } = scriptedStore({}, { Item: { rank: 7, queue: '' } });

    await store.freePlaces('run', 4, places(10));

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
    [{ Item: { ...Key, holders: new Set([4, 2]) } }, [4, 2]],
    [{ Item: { ...Key } }, []],
    [{}, []],
  ])('listHolders is one consistent read (%#)', async (answer, expected) => {
    const { store, sent } = scriptedStore({}, answer);

    expect(await store.listHolders('run', places(9))).toEqual(expected);

    expect(sent).toEqual([['GetCommand', { TableName: TABLE, Key, ConsistentRead: true }]]);
  });
});

describe('places in two pools', () => {
  const demand: Demand = [
    { pool: RUN_POOL, limit: 2 },
    { pool: 'gpu', limit: 1 },
  ];
  const update = (pool: string, parts: object) => ({ Update: { TableName: TABLE, Key: { PK: 'RUN#run', SK: `POOL#${pool}` }, ...parts } });

  test('are taken in one transaction', async () => {
    const { store, sent } = scriptedStore({}, {});

    expect(await store.takePlaces('run', 4, demand)).toBe(true);

    const taking = (limit: number) => ({
      UpdateExpression: 'ADD #holders :holder SET #expires_at = :expiry',
      ConditionExpression: 'contains(#holders, :ordinal) OR attribute_not_exists(#holders) OR size(#holders) < :limit',
      ExpressionAttributeNames: names('holders', 'expires_at'),
      ExpressionAttributeValues: { ':holder': new Set([4]), ':ordinal': 4, ':limit': limit, ':expiry': EXPIRY_SEC },
    });
    expect(sent).toEqual([
      ['TransactWriteCommand', { TransactItems: [update('', taking(2)), update('gpu', taking(1))], ClientRequestToken: 'id-1' }],
    ]);
  });

  test('are refused together', async () => {
    const refusal = cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed' });

    expect(await scriptedStore({}, refusal).store.takePlaces('run', 4, demand)).toBe(false);
  });

  test('are freed in one transaction', async () => {
    const { store, sent } = scriptedStore({});

    await store.freePlaces('run', 4, demand);

    const leaving = {
      UpdateExpression: 'DELETE #holders :holder',
      ExpressionAttributeNames: names('holders'),
      ExpressionAttributeValues: { ':holder': new Set([4]) },
    };
    expect(sent).toEqual([
      getWaiter,
      ['TransactWriteCommand', { TransactItems: [update('', leaving), update('gpu', leaving)], ClientRequestToken: 'id-1' }],
    ]);
  });

  test('takeForBest looks only into queues whose places are all to be had', async () => {
    const holders = [{ ...Key, holders: new Set([1]) }, { ...Key, SK: 'POOL#gpu', holders: new Set([1]) }]; // biome-ignore format: pairs
    const { store, sent } = scriptedStore({}, { Responses: { [TABLE]: holders } }, { Items: [{ ordinal: 5, rank: 8, queue: '' }] }, {});

    expect(await store.takeForBest('run', [demand, places(2)])).toBe(5);

    expect(sent.map(([command]) => command)).toEqual(['BatchGetCommand', 'QueryCommand', 'TransactWriteCommand']);
    expect(sent[1]).toEqual([
      'QueryCommand',
      expect.objectContaining({ ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'WAIT##' } }),
    ]);
  });

  test('takeForBest takes for the lowest rank of all queues', async () => {
    const first = (ordinal: number, rank: number, queue: string) => ({ Items: [{ ordinal, rank, queue }] });
    const { store, sent } = scriptedStore({}, { Responses: { [TABLE]: [] } }, first(5, 8, '/gpu'), first(6, 9, ''), {});

    expect(await store.takeForBest('run', [demand, places(2)])).toBe(5);

    const { TransactItems } = sent[3]![1] as { TransactItems: { ConditionCheck?: { Key: object }; Update?: { Key: { SK: string } } }[] };
    expect(TransactItems[0]!.ConditionCheck!.Key).toEqual({ PK: 'RUN#run', SK: 'WAIT#/gpu#0000000008#000005' });
    expect(TransactItems.slice(1).map((item) => item.Update!.Key.SK)).toEqual(['POOL#', 'POOL#gpu']);
  });
});

describe('waiting', () => {
  test('putWaiting puts both items or none', async () => {
    const { store, sent } = scriptedStore({});

    await store.putWaiting('run', waiter(4, 7), places(10));

    const waiting = { ordinal: 4, rank: 7, priority: 0, queue: '', expires_at: EXPIRY_SEC };
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
    const { store, sent } = scriptedStore({}, { Item: { rank: 7, queue: '' } });

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
    const { store, sent, pauses } = scriptedStore({}, conflict, {}, { Item: { rank: 7, queue: '' } }, conflict);

    await store.putWaiting('run', waiter(4, 7), places(10));
    await store.deleteWaiting('run', 4);

    expect(sent).toHaveLength(5);
    expect(pauses).toEqual([1, 1]);
  });

  test.each([
    [{ Item: { rank: 7, queue: '' } }, true],
    [{}, false],
  ])('isWaiting is one consistent read (%#)', async (answer, expected) => {
    const { store, sent } = scriptedStore({}, answer);

    expect(await store.isWaiting('run', 4)).toBe(expected);
    expect(sent).toEqual([getWaiter]);
  });

  const holding = (...ordinals: number[]) => ({ Item: { ...Key, holders: new Set(ordinals) } });
  const waiters = (...ordinals: number[]) => ({ Items: ordinals.map((ordinal) => ({ ordinal, rank: ordinal + 3, queue: '' })) });
  const takeFive = [
    'TransactWriteCommand',
    {
      TransactItems: [
        {
          ConditionCheck: {
            TableName: TABLE,
            Key: { PK: 'RUN#run', SK: 'WAIT##0000000008#000005' },
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

  test('takeForBest takes a place for the first that has none, on the condition that it still waits', async () => {
    const { store, sent } = scriptedStore({}, holding(4), waiters(4, 5), {});

    expect(await store.takeForBest('run', [places(2)])).toBe(5);

    expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'QueryCommand', 'TransactWriteCommand']);
    expect(sent[1]).toEqual([
      'QueryCommand',
      {
        TableName: TABLE,
        ConsistentRead: true,
        Limit: 2,
        KeyConditionExpression: '#PK = :run AND begins_with(#SK, :prefix)',
        ProjectionExpression: '#ordinal, #rank, #priority, #queue',
        ExpressionAttributeNames: names('PK', 'SK', 'ordinal', 'rank', 'priority', 'queue'),
        ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'WAIT##' },
      },
    ]);
    expect(sent[2]).toEqual(takeFive);
  });

  test('takeForBest chooses anew where another was faster', async () => {
    const refusal = cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed' });
    const { store, sent } = scriptedStore({}, holding(), waiters(4, 5), refusal, holding(4), waiters(4, 5), {});

    expect(await store.takeForBest('run', [places(2)])).toBe(5);
    expect(sent).toHaveLength(6);
  });

  test.each([
    ['nobody waits', [holding(1), waiters()]],
    ['all that wait hold one', [holding(4), waiters(4)]],
    ['all places are held', [holding(1, 2)]],
  ])('takeForBest takes nothing when %s', async (_, answers) => {
    const { store, sent } = scriptedStore({}, ...answers);

    expect(await store.takeForBest('run', [places(2)])).toBeUndefined();
    expect(sent).toHaveLength(answers.length);
  });
});
