import { describe, expect, test } from 'vitest';
import { at } from '../../contract/factories.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { cancelled, names, scriptedStore, TABLE } from './scripted.ts';

const ENDED = { run_id: 'run', completed_at: at(3) };
const ENTRY = { PK: 'ENDED', SK: `${at(3)}#run` };
const Key = { PK: 'RUN#run', SK: 'RUN' };
const getRun = [
  'GetCommand',
  {
    TableName: TABLE,
    Key,
    ConsistentRead: true,
    ProjectionExpression: '#TENANT, #idempotency, #execution',
    ExpressionAttributeNames: names('TENANT', 'idempotency', 'execution'),
  },
];
const queryItemsOf = (ref: string) => [
  'QueryCommand',
  {
    TableName: TABLE,
    ConsistentRead: true,
    KeyConditionExpression: '#PK = :run',
    ProjectionExpression: '#PK, #SK',
    ExpressionAttributeNames: names('PK', 'SK'),
    ExpressionAttributeValues: { ':run': `RUN#${ref}` },
  },
];
const queryItems = queryItemsOf('run');
const deletes = (...keys: readonly object[]) => [
  'BatchWriteCommand',
  { RequestItems: { [TABLE]: keys.map((each) => ({ DeleteRequest: { Key: each } })) } },
];
const item = (SK: string, ref = 'run') => ({ PK: `RUN#${ref}`, SK });

describe('listEnded', () => {
  test('is one query of the entries before the instant, and asks for no more than are wanted', async () => {
    const { store, sent } = scriptedStore({}, { Items: [{ ...ENTRY, ...ENDED }], LastEvaluatedKey: ENTRY });

    expect(await store.listEnded(at(9), 1)).toEqual([ENDED]);

    expect(sent).toEqual([
      [
        'QueryCommand',
        {
          TableName: TABLE,
          ConsistentRead: true,
          KeyConditionExpression: '#PK = :ended AND #SK < :before',
          ExpressionAttributeNames: names('PK', 'SK'),
          ExpressionAttributeValues: { ':ended': 'ENDED', ':before': at(9) },
          Limit: 1,
        },
      ],
    ]);
  });
});

describe('removeRun', () => {
  const forget = (...more: readonly object[]) => [
    'TransactWriteCommand',
    {
      TransactItems: [
        {
          Delete: {
            TableName: TABLE,
            Key,
            ConditionExpression: '#status IN (:completed, :failed, :cancelled) AND #completed_at = :completed_at',
            ExpressionAttributeNames: names('status', 'completed_at'),
            ExpressionAttributeValues: {
              ':completed_at': at(3),
              ':completed': 'completed',
              ':failed': 'failed',
              ':cancelled': 'cancelled',
            },
          },
        },
        ...more,
      ],
      ClientRequestToken: 'id-1',
    },
  ];

  test('removes the run with its key, then its items but for who waits, then its blobs, then its entry', async () => {
    const blobs = new MemoryBlobs();
    for (const key of ['runs/run/machines.json', 'runs/run/tasks/0/outputs-1.json', 'runs/run-2/machines.json'])
      await blobs.put(key, Buffer.from(''));
    const { store, sent } = scriptedStore(
      { blobs },
      { Item: { TENANT: 'TENANT#mine', idempotency: 'KEY#abc', execution: 1 } },
      {},
      { Items: [item('SPEC#1#0'), item('TASK#000000')], LastEvaluatedKey: item('TASK#000000') },
      { Items: [item('WAIT##0000000001#000003'), item('WAITER#000003')] },
    );

    await store.removeRun(ENDED);

    expect(sent).toEqual([
      getRun,
      forget({ Delete: { TableName: TABLE, Key: { PK: 'TENANT#mine', SK: 'KEY#abc' } } }),
      queryItems,
      ['QueryCommand', { ...(queryItems[1] as object), ExclusiveStartKey: item('TASK#000000') }],
      deletes(item('SPEC#1#0'), item('TASK#000000'), item('WAITER#000003')),
      deletes(ENTRY),
    ]);
    expect([...blobs.blobs.keys()]).toEqual(['runs/run-2/machines.json']);
  });

  test('takes up a removal that died after the run was gone', async () => {
    const { store, sent } = scriptedStore({}, {}, { Item: { execution: 2 } }, {}, { Items: [item('POOL#p', 'run/2')] });

    await store.removeRun(ENDED);

    const projection = { ProjectionExpression: '#execution', ExpressionAttributeNames: names('execution') };
    const getEntry = ['GetCommand', { TableName: TABLE, Key: ENTRY, ConsistentRead: true, ...projection }];
    expect(sent).toEqual([getRun, getEntry, queryItems, queryItemsOf('run/2'), deletes(item('POOL#p', 'run/2')), deletes(ENTRY)]);
  });

  test('removes what every execution has left', async () => {
    const { store, sent } = scriptedStore(
      {},
      { Item: { TENANT: 'TENANT#mine', execution: 3 } },
      {},
      { Items: [item('TASK#000000')] },
      {},
      { Items: [item('GATE#000001', 'run/2'), item('WAIT##0000000001#000003', 'run/2')] },
    );

    await store.removeRun(ENDED);

    expect(sent).toEqual([
      getRun,
      forget(),
      queryItems,
      deletes(item('TASK#000000')),
      queryItemsOf('run/2'),
      deletes(item('GATE#000001', 'run/2')),
      queryItemsOf('run/3'),
      deletes(ENTRY),
    ]);
  });

  test('removes no more than the entry where the run goes on or ended another time', async () => {
    const blobs = new MemoryBlobs();
    await blobs.put('runs/run/machines.json', Buffer.from(''));
    const { store, sent } = scriptedStore(
      { blobs },
      { Item: { TENANT: 'TENANT#mine', execution: 1 } },
      cancelled({ Code: 'ConditionalCheckFailed' }),
    );

    await store.removeRun(ENDED);

    expect(sent).toEqual([getRun, forget(), deletes(ENTRY)]);
    expect(blobs.blobs.size).toBe(1);
  });
});
