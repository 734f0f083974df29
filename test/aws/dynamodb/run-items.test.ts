import { describe, expect, test } from 'vitest';
import { at, RETRY, totals } from '../../contract/factories.ts';
import { runItem, taskItem } from './items.ts';
import { cancelled, names, refused, scriptedStore, TABLE } from './scripted.ts';

const Key = { PK: 'RUN#run', SK: 'RUN' };
const getTenant = [
  'GetCommand',
  { TableName: TABLE, Key, ConsistentRead: true, ProjectionExpression: '#tenant_id', ExpressionAttributeNames: names('tenant_id') },
];

describe('getRun', () => {
  test('is one consistent read', async () => {
    const { store, sent } = scriptedStore(
      {},
      { Item: runItem({ context: '{"day":"Monday"}', tokens_used: 5, cost_nano_usd: 1_500_000_000, totals: '{"completed":3}' }) },
    );

    expect(await store.getRun('run')).toEqual({
      run_id: 'run',
      plan_id: 'plan',
      goal_id: null,
      status: 'executing',
      execution: 1,
      task_count: 3,
      tokens_used: 5,
      cost_usd: 1.5,
      totals: { completed: 3, skipped: 0 },
      context: { day: 'Monday' },
      created_at: at(0),
      started_at: at(1),
      completed_at: null,
      error: null,
    });

    expect(sent).toEqual([['GetCommand', { TableName: TABLE, Key, ConsistentRead: true }]]);
  });

  test('does not find a run that is not there', async () => {
    expect(await scriptedStore({}).store.getRun('run')).toBeUndefined();
  });
});

describe('another tenant', () => {
  const foreign = { Item: runItem({ tenant_id: 'another' }) };
  const end = { status: 'failed', error: null, totals: totals(), at: at(2) } as const;

  test('has runs that are not found, and nothing is written', async () => {
    const { store, sent } = scriptedStore({ tenantId: 'mine' }, foreign, foreign, { Responses: { [TABLE]: [foreign.Item, taskItem(1)] } });

    expect(await store.getRun('run')).toBeUndefined();
    expect(await store.getSpec('run')).toBeUndefined();
    expect(await store.readTasks('run', [1])).toEqual({ run: undefined, tasks: new Map() });
    expect(await store.listTasks('run')).toEqual([]);
    expect(await store.listEvents('run', 0, 10)).toEqual([]);
    expect(await store.startRun('run', at(1))).toBe(false);
    expect(await store.endRun('run', end)).toBe(false);
    expect(await store.moveRun('run', ['executing'], 'pausing', at(1))).toBe(false);
    expect(await store.reopenRun('run', ['failed'], RETRY, at(1))).toBe(false);
    expect(await store.resetTasks('run/2', [], false, at(1))).toBe(false);
    expect(await store.listProgress('run')).toEqual([]);

    expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'GetCommand', 'BatchGetCommand']);
  });

  test("has no tasks counted; a run's totals are those of one that is not there", async () => {
    const { store } = scriptedStore({ tenantId: 'mine' }, foreign);

    expect(await store.countTasks('run')).toEqual(totals());
  });

  test('is seen by the handlers of states; its run ends in its own statistics', async () => {
    const { store, sent } = scriptedStore({ allTenants: true }, foreign);

    expect((await store.getRun('run'))?.run_id).toBe('run');
    expect(await store.endRun('run', end)).toBe(true);

    expect(sent.at(-1)).toMatchObject([
      'TransactWriteCommand',
      { TransactItems: [{ Update: { Key } }, { Update: { Key: { PK: 'STATS#another', SK: 'STATS' } } }, { Put: {} }] },
    ]);
  });
});

test('whose a run is, is not asked for when the run has been read', async () => {
  const { store, sent } = scriptedStore({}, { Item: runItem() });

  await store.getRun('run');
  await store.endRun('run', { status: 'completed', error: null, totals: totals(), at: at(2) });

  expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'TransactWriteCommand']);
});

test('a run is marked as failing by one task only, which may repeat it', async () => {
  const { store, sent } = scriptedStore({}, {});

  expect(await store.markFailing('run', 3)).toBe(true);

  expect(sent).toEqual([
    [
      'UpdateCommand',
      {
        TableName: TABLE,
        Key,
        UpdateExpression: 'SET #failing = :ordinal',
        ConditionExpression: '#execution = :execution AND (attribute_not_exists(#failing) OR #failing = :ordinal)',
        ExpressionAttributeNames: names('failing', 'execution'),
        ExpressionAttributeValues: { ':ordinal': 3, ':execution': 1 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ],
  ]);
});

describe('startRun', () => {
  const update = [
    'UpdateCommand',
    {
      TableName: TABLE,
      Key,
      UpdateExpression:
        'SET #status = :executing, #started_at = if_not_exists(#started_at, :at), #timed_from = :timed_from, #changed_at = :at, #writer = :writer',
      ConditionExpression: '#status = :queued AND #execution = :execution',
      ExpressionAttributeNames: names('status', 'started_at', 'timed_from', 'changed_at', 'writer', 'execution'),
      ExpressionAttributeValues: {
        ':queued': 'queued',
        ':executing': 'executing',
        ':at': at(1),
        ':timed_from': at(1),
        ':execution': 1,
        ':writer': 'id-1',
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  ];

  test("starts a queued run, after a look at whose it is; a run's tenant is read once", async () => {
    const { store, sent } = scriptedStore({}, { Item: runItem() });

    expect(await store.startRun('run', at(1))).toBe(true);
    await store.startRun('run', at(1));

    expect(sent.slice(0, 2)).toEqual([getTenant, update]);
    expect(sent).toHaveLength(3);
  });

  test.each([
    [refused({ writer: { S: 'another' } }), false],
    [refused({ writer: { S: 'id-1' } }), true],
  ])('refused, by another or by itself', async (answer, expected) => {
    const { store } = scriptedStore({}, { Item: runItem() }, answer);

    expect(await store.startRun('run', at(1))).toBe(expected);
  });

  test('does not start a run that is not there', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.startRun('run', at(1))).toBe(false);
    expect(sent).toEqual([getTenant]);
  });
});

describe('endRun', () => {
  const endTotals = totals({ completed: 5, failed: 1, blocked: 2, executed: 6, retries: 3, tokens: 700 });
  const transaction = (update: string, attributes: readonly string[], values: object) => [
    'TransactWriteCommand',
    {
      TransactItems: [
        {
          Update: {
            TableName: TABLE,
            Key,
            UpdateExpression: update,
            ConditionExpression: '#execution = :execution AND NOT #status IN (:completed, :failed, :cancelled)',
            ExpressionAttributeNames: names(
              ...['status', 'completed_at', 'stopped_at', 'changed_at', 'tokens_used', 'totals', 'counted', ...attributes, 'execution'],
            ),
            ExpressionAttributeValues: {
              ':at': at(2),
              ':tokens': 700,
              ':totals': JSON.stringify(endTotals),
              ':execution': 1,
              ':completed': 'completed',
              ':failed': 'failed',
              ':cancelled': 'cancelled',
              ...values,
            },
          },
        },
        {
          Update: {
            TableName: TABLE,
            Key: { PK: 'STATS#default', SK: 'STATS' },
            UpdateExpression:
              'ADD #plans_executed :plans, #tasks_executed :executed, #tasks_completed :completed, #tasks_failed :failed, #tasks_retried :retries, #tokens_used :tokens',
            ExpressionAttributeNames: names(
              'plans_executed',
              'tasks_executed',
              'tasks_completed',
              'tasks_failed',
              'tasks_retried',
              'tokens_used',
            ),
            ExpressionAttributeValues: { ':plans': 1, ':executed': 6, ':completed': 5, ':failed': 1, ':retries': 3, ':tokens': 700 },
          },
        },
        { Put: { TableName: TABLE, Item: { PK: 'ENDED', SK: `${at(2)}#run`, run_id: 'run', completed_at: at(2), execution: 1 } } },
      ],
      ClientRequestToken: 'id-1',
    },
  ];

  test('ends the run, adds its totals and lists it among those that have ended, in one transaction', async () => {
    const { store, sent } = scriptedStore({}, { Item: runItem() });

    expect(await store.endRun('run', { status: 'completed', error: null, totals: endTotals, at: at(2) })).toBe(true);

    expect(sent).toEqual([
      getTenant,
      transaction(
        'SET #status = :status, #completed_at = :at, #stopped_at = :at, #changed_at = :at, #tokens_used = :tokens, #totals = :totals, #counted = :totals REMOVE #error',
        ['error'],
        {
          ':status': 'completed',
        },
      ),
    ]);
  });

  test('writes down the error', async () => {
    const error = { code: 'E5204', message: '1 of 8 tasks failed' };
    const { store, sent } = scriptedStore({}, { Item: runItem() });

    expect(await store.endRun('run', { status: 'failed', error, totals: endTotals, at: at(2) })).toBe(true);

    expect(sent[1]).toEqual(
      transaction(
        'SET #status = :status, #completed_at = :at, #stopped_at = :at, #changed_at = :at, #tokens_used = :tokens, #totals = :totals, #counted = :totals, #error = :error',
        ['error'],
        {
          ':status': 'failed',
          ':error': JSON.stringify(error),
        },
      ),
    );
  });

  test('is refused when the run has ended', async () => {
    const { store } = scriptedStore({}, { Item: runItem() }, cancelled({ Code: 'ConditionalCheckFailed' }, { Code: 'None' }));

    expect(await store.endRun('run', { status: 'completed', error: null, totals: endTotals, at: at(2) })).toBe(false);
  });

  test('tries again, as the same transaction, while other runs end', async () => {
    const conflict = cancelled({ Code: 'None' }, { Code: 'TransactionConflict' });
    const { store, sent, pauses } = scriptedStore({}, { Item: runItem() }, conflict, conflict);

    expect(await store.endRun('run', { status: 'completed', error: null, totals: endTotals, at: at(2) })).toBe(true);

    expect(sent).toHaveLength(4);
    expect(sent[3]).toEqual(sent[1]);
    expect(pauses).toEqual([1, 2]);
  });
});

describe('moveRun and reopenRun', () => {
  const update = (expression: string, attributes: readonly string[], values: object) => [
    'UpdateCommand',
    {
      TableName: TABLE,
      Key,
      UpdateExpression: expression,
      ConditionExpression: '#execution = :execution AND #status IN (:executing, :pausing)',
      ExpressionAttributeNames: names('status', ...attributes, 'changed_at', 'writer', 'execution'),
      ExpressionAttributeValues: {
        ':executing': 'executing',
        ':pausing': 'pausing',
        ':at': at(4),
        ':execution': 2,
        ':writer': 'id-1',
        ...values,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  ];
  const from = ['executing', 'pausing'] as const;

  test('are one conditional write each', async () => {
    const moving = scriptedStore({}, { Item: runItem() });
    expect(await moving.store.moveRun('run/2', from, 'cancelling', at(4))).toBe(true);
    expect(moving.sent.slice(1)).toEqual([update('SET #status = :to, #changed_at = :at, #writer = :writer', [], { ':to': 'cancelling' })]);

    const pausing = scriptedStore({}, { Item: runItem() });
    await pausing.store.moveRun('run/2', from, 'paused', at(4));
    expect(pausing.sent.slice(1)).toEqual([
      update('SET #status = :to, #changed_at = :at, #stopped_at = :at, #writer = :writer', ['stopped_at'], { ':to': 'paused' }),
    ]);

    const reopening = scriptedStore({}, { Item: runItem() });
    expect(await reopening.store.reopenRun('run/2', from, RETRY, at(4))).toBe(true);
    expect(reopening.sent.slice(1)).toEqual([
      update(
        'SET #status = :to, #execution = :next, #order = :order, #changed_at = :at, #writer = :writer REMOVE #totals, #completed_at, #error, #failing',
        ['order', 'totals', 'completed_at', 'error', 'failing'],
        { ':to': 'queued', ':next': 3, ':order': JSON.stringify(RETRY) },
      ),
    ]);
  });

  test.each([
    ['another', false],
    ['id-1', true],
  ])('refused by what %s wrote', async (writer, expected) => {
    const answers = [{ Item: runItem() }, refused({ writer: { S: writer } })];

    expect(await scriptedStore({}, ...answers).store.moveRun('run', from, 'pausing', at(4))).toBe(expected);
    expect(await scriptedStore({}, ...answers).store.reopenRun('run', from, RETRY, at(4))).toBe(expected);
  });
});

test('a later execution reads what it needs before it starts and ends', async () => {
  const order = JSON.stringify({ mode: 'resume', folder: 'f', plan_folder: 'f' });
  const stopped = { Item: runItem({ order, timed_from: at(10), stopped_at: at(13) }) };
  const counted = { Item: runItem({ counted: JSON.stringify(totals({ completed: 2, executed: 3 })) }) };
  const { store, sent } = scriptedStore({}, { Item: runItem() }, stopped, {}, counted);

  expect(await store.startRun('run/2', at(20))).toBe(true);
  const end = { status: 'completed', error: null, totals: totals({ completed: 3, executed: 5 }), at: at(30) } as const;
  expect(await store.endRun('run/2', end)).toBe(true);

  expect(sent.slice(1)).toMatchObject([
    ['GetCommand', { ProjectionExpression: '#order, #timed_from, #stopped_at' }],
    ['UpdateCommand', { ExpressionAttributeValues: { ':timed_from': at(17), ':execution': 2 } }],
    ['GetCommand', { ProjectionExpression: '#counted' }],
    [
      'TransactWriteCommand',
      {
        TransactItems: [
          { Update: { Key, ExpressionAttributeValues: { ':execution': 2 } } },
          { Update: { ExpressionAttributeValues: { ':plans': 0, ':executed': 2, ':completed': 1 } } },
          { Put: { Item: { execution: 2 } } },
        ],
      },
    ],
  ]);
});

describe('listRuns', () => {
  const query = (limit: number, more: object = {}) => [
    'QueryCommand',
    {
      TableName: TABLE,
      IndexName: 'runs-by-tenant',
      ConsistentRead: false,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: '#TENANT = :tenant',
      ExpressionAttributeNames: names('TENANT'),
      ExpressionAttributeValues: { ':tenant': 'TENANT#default' },
      ...more,
    },
  ];
  const entry = (n: number) => ({ PK: `RUN#run-${n}`, SK: 'RUN', TENANT: 'TENANT#default', CREATED: `${at(n)}#run-${n}` });
  const item = (n: number) => runItem({ PK: `RUN#run-${n}`, run_id: `run-${n}` });

  test('reads keys from the index and the runs themselves after that, in the order of the index', async () => {
    const { store, sent } = scriptedStore({}, { Items: [entry(3), entry(2)] }, { Responses: { [TABLE]: [item(2), item(3)] } });

    expect((await store.listRuns(2)).map((run) => run.run_id)).toEqual(['run-3', 'run-2']);

    expect(sent).toEqual([
      query(2),
      [
        'BatchGetCommand',
        {
          RequestItems: {
            [TABLE]: {
              Keys: [
                { PK: 'RUN#run-3', SK: 'RUN' },
                { PK: 'RUN#run-2', SK: 'RUN' },
              ],
              ConsistentRead: true,
            },
          },
        },
      ],
    ]);
  });

  test('begins behind a place in the index', async () => {
    const { store, sent } = scriptedStore({}, { Items: [] });

    expect(await store.listRuns(2, { run_id: 'run-3', created_at: at(3) })).toEqual([]);

    expect(sent).toEqual([
      query(2, {
        KeyConditionExpression: '#TENANT = :tenant AND #CREATED < :after',
        ExpressionAttributeNames: names('TENANT', 'CREATED'),
        ExpressionAttributeValues: { ':tenant': 'TENANT#default', ':after': `${at(3)}#run-3` },
      }),
    ]);
  });

  test('goes on to the next page until there are enough', async () => {
    const { store, sent } = scriptedStore(
      {},
      { Items: [entry(3)], LastEvaluatedKey: entry(3) },
      { Items: [entry(2), entry(1)], LastEvaluatedKey: entry(1) },
      { Responses: { [TABLE]: [item(2), item(3)] } },
    );

    expect((await store.listRuns(2)).map((run) => run.run_id)).toEqual(['run-3', 'run-2']);

    expect(sent.slice(0, 2)).toEqual([query(2), query(2, { ExclusiveStartKey: entry(3) })]);
    expect(sent).toHaveLength(3);
  });

  test('asks for no more than 100 at a time, and for nothing when none are wanted', async () => {
    const { store, sent } = scriptedStore({}, { Items: [] });

    expect(await store.listRuns(1000)).toEqual([]);
    expect(await store.listRuns(0)).toEqual([]);

    expect(sent).toEqual([query(100)]);
  });
});

describe('getStatistics', () => {
  test('is one consistent read of the sums of the tenant', async () => {
    const sums = { plans_executed: 1, tasks_executed: 6, tasks_completed: 5, tasks_failed: 1, tasks_retried: 3, tokens_used: 700 };
    const { store, sent } = scriptedStore({ tenantId: 'mine' }, { Item: { PK: 'STATS#mine', SK: 'STATS', ...sums } });

    expect(await store.getStatistics()).toEqual(sums);

    expect(sent).toEqual([['GetCommand', { TableName: TABLE, Key: { PK: 'STATS#mine', SK: 'STATS' }, ConsistentRead: true }]]);
  });
});

describe('readTasks', () => {
  test('is one batch of consistent reads: the run and each task once', async () => {
    const { store, sent } = scriptedStore({}, { Responses: { [TABLE]: [taskItem(2), runItem(), taskItem(1)] } });

    const { run, tasks } = await store.readTasks('run', [1, 2, 1, 3]);

    expect(run?.status).toBe('executing');
    expect([...tasks.keys()].sort()).toEqual([1, 2]);
    expect(sent).toEqual([
      [
        'BatchGetCommand',
        {
          RequestItems: {
            [TABLE]: {
              Keys: [
                { PK: 'RUN#run', SK: 'RUN' },
                { PK: 'RUN#run', SK: 'TASK#000001' },
                { PK: 'RUN#run', SK: 'TASK#000002' },
                { PK: 'RUN#run', SK: 'TASK#000003' },
              ],
              ConsistentRead: true,
            },
          },
        },
      ],
    ]);
  });
});
