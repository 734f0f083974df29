import { describe, expect, test } from 'vitest';
import type { Image } from '../../../lib/aws/dynamodb/image.ts';
import { taskKey } from '../../../lib/aws/dynamodb/table.ts';
import { MAX_ORDINALS } from '../../../lib/model/task-record.ts';
import { imageOf } from './images.ts';
import { cancelled, names, type Script, scriptedStore, TABLE } from './scripted.ts';

const EXPANSION = { task: 7, count: 5, size: 3 };
const KNOWN = { Item: { tenant_id: 'default' } };
const RUN = { status: 'executing', execution: 2, next_ordinal: 10 };
const executing = { Item: RUN };
const REFUSED = 'ConditionalCheckFailed';

const document = (first: number) => ({ PK: 'RUN#run', SK: 'EXPANSION#000007#2', task: 7, execution: 2, first, count: 5, size: 3 });
const given = (first: number) => ({ task: 7, execution: 2, first, count: 5, size: 3 });
const transaction = (first: number, token: string) => [
  'TransactWriteCommand',
  {
    TransactItems: [
      {
        Update: {
          TableName: TABLE,
          Key: { PK: 'RUN#run', SK: 'RUN' },
          UpdateExpression: 'SET #next_ordinal = :next, #task_count = #task_count + :added',
          ConditionExpression: '#status = :executing AND #execution = :execution AND #next_ordinal = :first',
          ExpressionAttributeNames: names('next_ordinal', 'task_count', 'status', 'execution'),
          ExpressionAttributeValues: { ':executing': 'executing', ':execution': 2, ':first': first, ':next': first + 15, ':added': 15 },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Put: {
          TableName: TABLE,
          Item: document(first),
          ConditionExpression: 'attribute_not_exists(#PK)',
          ExpressionAttributeNames: names('PK'),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ],
    ClientRequestToken: token,
  },
];
const refusedBy = (run: object | undefined, expansion?: object) => {
  const reason = (item: object | undefined): { Code: string; Item?: Image } =>
    item === undefined ? { Code: 'None' } : { Code: REFUSED, Item: imageOf(item) };
  return cancelled(reason(run), reason(expansion));
};
const transactions = ({ sent }: Script): unknown[] => sent.filter(([command]) => command === 'TransactWriteCommand');
const getExpansion = ['GetCommand', { TableName: TABLE, Key: { PK: 'RUN#run', SK: 'EXPANSION#000007#2' }, ConsistentRead: true }];

describe('addExpansion', () => {
  test('reads the next ordinal, and takes it on the condition that it is still the next', async () => {
    const { store, sent } = scriptedStore({}, KNOWN, executing);

    expect(await store.addExpansion('run/2', EXPANSION)).toEqual(given(10));

    expect(sent.slice(1)).toEqual([
      [
        'GetCommand',
        {
          TableName: TABLE,
          Key: { PK: 'RUN#run', SK: 'RUN' },
          ConsistentRead: true,
          ProjectionExpression: '#status, #execution, #next_ordinal',
          ExpressionAttributeNames: names('status', 'execution', 'next_ordinal'),
        },
      ],
      transaction(10, 'id-1'),
    ]);
  });

  test('goes on behind those that others got meanwhile, as another call', async () => {
    const script = scriptedStore({}, KNOWN, executing, refusedBy({ ...RUN, next_ordinal: 14 }), refusedBy({ ...RUN, next_ordinal: 20 }));

    expect(await script.store.addExpansion('run/2', EXPANSION)).toEqual(given(20));

    expect(transactions(script)).toEqual([transaction(10, 'id-1'), transaction(14, 'id-2'), transaction(20, 'id-3')]);
  });

  test('is the same call again while other transactions are in the way, patiently', async () => {
    const conflict = cancelled({ Code: 'TransactionConflict' }, { Code: 'None' });
    const script = scriptedStore({}, KNOWN, executing, ...Array(17).fill(conflict)); // six times as often as the three of the script

    expect(await script.store.addExpansion('run/2', EXPANSION)).toEqual(given(10));

    expect(transactions(script)).toEqual(Array(18).fill(transaction(10, 'id-1')));
    expect(script.pauses).toHaveLength(17);
  });

  test.each([
    ['the run is as it was', undefined],
    ['others have got ordinals', { ...RUN, next_ordinal: 25 }],
    ['the run has stopped', { ...RUN, status: 'paused' }],
  ])('finds the expansion that was there first, where %s', async (_, run) => {
    const { store, sent } = scriptedStore({}, KNOWN, executing, refusedBy(run, { ...document(4), count: 2 }));

    expect(await store.addExpansion('run/2', EXPANSION)).toEqual({ ...given(4), count: 2 });
    expect(sent).toHaveLength(3);
  });

  const unfit = [
    ['is queued', { ...RUN, status: 'queued' }],
    ['is paused', { ...RUN, status: 'paused' }],
    ['is in an earlier execution', { ...RUN, execution: 1 }],
    ['is in a later execution', { ...RUN, execution: 3 }],
    ['has no room', { ...RUN, next_ordinal: MAX_ORDINALS - 14 }],
    ['has had no such tasks when it was planned', { status: 'executing', execution: 2 }],
  ] as const;

  test.each(unfit)('gives nothing where the run %s', async (_, run) => {
    const { store, sent } = scriptedStore({}, KNOWN, { Item: run }, {});

    expect(await store.addExpansion('run/2', EXPANSION)).toBeUndefined();

    expect(sent.slice(2)).toEqual([getExpansion]);
  });

  test.each(unfit)('finds what was given before the run %s', async (_, run) => {
    const { store } = scriptedStore({}, KNOWN, { Item: run }, { Item: document(4) });

    expect(await store.addExpansion('run/2', EXPANSION)).toEqual(given(4));
  });

  test('gives nothing where the run comes to that meanwhile', async () => {
    const { store, sent } = scriptedStore({}, KNOWN, executing, refusedBy({ ...RUN, status: 'paused' }), {});

    expect(await store.addExpansion('run/2', EXPANSION)).toBeUndefined();
    expect(sent.slice(3)).toEqual([getExpansion]);
  });

  test('gives the last ordinals', async () => {
    const { store } = scriptedStore({}, KNOWN, { Item: { ...RUN, next_ordinal: MAX_ORDINALS - 15 } });

    expect(await store.addExpansion('run/2', EXPANSION)).toEqual(given(MAX_ORDINALS - 15));
  });

  test("does not find another tenant's run", async () => {
    const { store, sent } = scriptedStore({ tenantId: 'other' }, KNOWN);

    expect(await store.addExpansion('run/2', EXPANSION)).toBeUndefined();
    expect(sent).toHaveLength(1);
  });
});

describe('listExpansions', () => {
  test('is one query, page by page, in the order of the ordinals', async () => {
    const other = { PK: 'RUN#run', SK: 'EXPANSION#000009#1', task: 9, execution: 1, first: 3, count: 7, size: 1 };
    const { store, sent } = scriptedStore(
      {},
      KNOWN,
      { Items: [document(10)], LastEvaluatedKey: { PK: 'RUN#run', SK: 'EXPANSION#000007#2' } },
      { Items: [other] },
    );

    expect(await store.listExpansions('run')).toEqual([{ task: 9, execution: 1, first: 3, count: 7, size: 1 }, given(10)]);

    const query = {
      TableName: TABLE,
      ConsistentRead: true,
      KeyConditionExpression: '#PK = :run AND begins_with(#SK, :prefix)',
      ExpressionAttributeNames: names('PK', 'SK'),
      ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'EXPANSION#' },
    };
    expect(sent.slice(1)).toEqual([
      ['QueryCommand', query],
      ['QueryCommand', { ...query, ExclusiveStartKey: { PK: 'RUN#run', SK: 'EXPANSION#000007#2' } }],
    ]);
  });

  test("does not find another tenant's run", async () => {
    const { store, sent } = scriptedStore({ tenantId: 'other' }, KNOWN);

    expect(await store.listExpansions('run')).toEqual([]);
    expect(sent).toHaveLength(1);
  });
});

test('all ordinals of a run fit their keys, in their order', () => {
  const keys = [0, 9, 10, 99_999, 100_000, MAX_ORDINALS - 1].map((ordinal) => taskKey('run', ordinal).SK);

  expect([...keys].sort()).toEqual(keys);
  expect(new Set(keys.map(({ length }) => length)).size).toBe(1);
});
