import { describe, expect, test } from 'vitest';
import type { RunStore } from '../../../lib/runtime/ports/run-store.ts';
import { at, noise, task } from '../../contract/factories.ts';
import { runItem, taskItem } from './items.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { cancelled, names, refused, scriptedStore, TABLE } from './scripted.ts';

const Key = { PK: 'RUN#run', SK: 'TASK#000002' };
const error = { code: 'E5202', message: 'no luck' };
const FINAL_VALUES = {
  ':completed': 'completed',
  ':failed': 'failed',
  ':blocked': 'blocked',
  ':skipped': 'skipped',
  ':cancelled': 'cancelled',
};
const MAY_END =
  'NOT #status IN (:completed, :failed, :blocked, :skipped, :cancelled) AND (attribute_not_exists(#execution) OR #execution <= :execution)';
const CLAIM =
  'SET #status = :executing, #attempt = :attempt, #started_at = if_not_exists(#started_at, :at), #ordinal = :ordinal, #task_id = :task_id, #changed_at = :at, #writer = :writer';

describe('claimTask', () => {
  test('the first attempt is one write, on the condition that there is no item', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.claimTask('run', task(2), 1, at(1))).toBe(true);

    expect(sent).toEqual([
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: CLAIM,
          ConditionExpression: 'attribute_not_exists(#PK)',
          ExpressionAttributeNames: names('status', 'attempt', 'started_at', 'ordinal', 'task_id', 'changed_at', 'writer', 'PK'),
          ExpressionAttributeValues: {
            ':executing': 'executing',
            ':attempt': 1,
            ':at': at(1),
            ':ordinal': 2,
            ':task_id': 'task-2',
            ':writer': 'id-1',
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test('a later attempt needs the one before, and a task that is neither final nor reset since', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.claimTask('run', task(2), 3, at(1))).toBe(true);

    expect(sent).toEqual([
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: CLAIM,
          ConditionExpression: `#attempt = :previous_attempt AND ${MAY_END}`,
          ExpressionAttributeNames: names('status', 'attempt', 'started_at', 'ordinal', 'task_id', 'changed_at', 'writer', 'execution'),
          ExpressionAttributeValues: {
            ':executing': 'executing',
            ':attempt': 3,
            ':previous_attempt': 2,
            ':execution': 1,
            ':at': at(1),
            ':ordinal': 2,
            ':task_id': 'task-2',
            ':writer': 'id-1',
            ...FINAL_VALUES,
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test('the first attempt of a later execution finds the item that was made for it', async () => {
    const { store, sent } = scriptedStore({});

    await store.claimTask('run', { ...task(2), execution: 3 }, 1, at(1));

    expect(sent).toMatchObject([
      [
        'UpdateCommand',
        {
          ConditionExpression: `#attempt = :previous_attempt AND ${MAY_END}`,
          ExpressionAttributeValues: { ':previous_attempt': 0, ':execution': 3 },
        },
      ],
    ]);
  });

  test('is refused by what another wrote', async () => {
    const { store, sent } = scriptedStore({}, refused({ writer: { S: 'another' } }));

    expect(await store.claimTask('run', task(2), 1, at(1))).toBe(false);
    expect(sent).toHaveLength(1);
  });

  test('is not refused by what it wrote itself before its answer got lost', async () => {
    const { store } = scriptedStore({}, refused({ writer: { S: 'id-1' } }));

    expect(await store.claimTask('run', task(2), 1, at(1))).toBe(true);
  });

  test('is refused where the condition fails without an item', async () => {
    const { store } = scriptedStore({}, refused());

    expect(await store.claimTask('run', task(2), 2, at(1))).toBe(false);
  });

  test('other errors are thrown', async () => {
    const { store } = scriptedStore({}, new Error('no such table'));

    await expect(store.claimTask('run', task(2), 1, at(1))).rejects.toThrow('no such table');
  });
});

describe('completeTask', () => {
  const command = (set: string, attributes: readonly string[], values: object) => [
    'UpdateCommand',
    {
      TableName: TABLE,
      Key,
      UpdateExpression: `SET #status = :completed, ${set}, #completed_at = :at, #changed_at = :at, #writer = :writer REMOVE #error`,
      ConditionExpression: '#attempt = :attempt AND #status = :executing',
      ExpressionAttributeNames: names('status', ...attributes, 'completed_at', 'changed_at', 'writer', 'error', 'attempt'),
      ExpressionAttributeValues: {
        ':completed': 'completed',
        ':at': at(2),
        ':attempt': 1,
        ':executing': 'executing',
        ':writer': 'id-1',
        ...values,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  ];

  test('is one write, on the condition that the attempt executes', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.completeTask('run', task(2), 1, { answer: 42 }, at(2))).toBe(true);

    expect(sent).toEqual([command('#outputs = :outputs', ['outputs'], { ':outputs': '{"answer":42}' })]);
  });

  test('writes down how many tokens were used', async () => {
    const { store, sent } = scriptedStore({});

    await store.completeTask('run', task(2), 1, { tokens_used: 7 }, at(2));

    expect(sent).toEqual([
      command('#outputs = :outputs, #tokens_used = :tokens_used', ['outputs', 'tokens_used'], {
        ':outputs': '{"tokens_used":7}',
        ':tokens_used': 7,
      }),
    ]);
  });

  test.each([
    [refused({ writer: { S: 'another' } }), false],
    [refused({ writer: { S: 'id-1' } }), true],
  ])('refused, by another or by itself', async (answer, expected) => {
    const { store } = scriptedStore({}, answer);

    expect(await store.completeTask('run', task(2), 1, {}, at(2))).toBe(expected);
  });

  test('outputs above 100 KB are put into a blob before the item refers to it', async () => {
    const blobs = new MemoryBlobs();
    const outputs = { text: noise(102_400 - '{"text":""}'.length + 1) };
    const { store, sent } = scriptedStore({ blobs });

    await store.completeTask('run', task(2), 1, outputs, at(2));

    const key = 'runs/run/tasks/2/outputs-1.json';
    expect(sent).toEqual([command('#outputs_key = :outputs', ['outputs_key'], { ':outputs': key })]);
    expect(Buffer.from(blobs.blobs.get(key)!).toString()).toBe(JSON.stringify(outputs));
  });

  test('outputs of 100 KB are kept in the item, and larger ones where there are no blobs', async () => {
    const blobs = new MemoryBlobs();
    const outputs = { text: noise(102_400 - '{"text":""}'.length) };
    const { store, sent } = scriptedStore({ blobs });

    await store.completeTask('run', task(2), 1, outputs, at(2));
    const without = scriptedStore({});
    await without.store.completeTask('run', task(2), 1, { text: noise(200_000) }, at(2));

    expect(sent).toEqual([command('#outputs = :outputs', ['outputs'], { ':outputs': JSON.stringify(outputs) })]);
    expect(blobs.blobs.size).toBe(0);
    expect(without.sent).toMatchObject([['UpdateCommand', { UpdateExpression: expect.stringContaining('#outputs = :outputs') }]]);
  });
});

describe('completeTask with what is to be added to the run', () => {
  const usage = { tokens: 7, nanoUsd: 5 };
  const transaction = [
    'TransactWriteCommand',
    {
      TransactItems: [
        {
          Update: {
            TableName: TABLE,
            Key,
            UpdateExpression:
              'SET #status = :completed, #outputs = :outputs, #completed_at = :at, #changed_at = :at, #writer = :writer REMOVE #error',
            ConditionExpression: '#attempt = :attempt AND #status = :executing',
            ExpressionAttributeNames: names('status', 'outputs', 'completed_at', 'changed_at', 'writer', 'error', 'attempt'),
            ExpressionAttributeValues: {
              ':completed': 'completed',
              ':outputs': '{"answer":42}',
              ':at': at(2),
              ':attempt': 1,
              ':executing': 'executing',
              ':writer': 'id-1',
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Update: {
            TableName: TABLE,
            Key: { PK: 'RUN#run', SK: 'RUN' },
            UpdateExpression: 'ADD #tokens_used :tokens, #cost_nano_usd :nano_usd',
            ExpressionAttributeNames: names('tokens_used', 'cost_nano_usd'),
            ExpressionAttributeValues: { ':tokens': 7, ':nano_usd': 5 },
          },
        },
      ],
      ClientRequestToken: 'id-1',
    },
  ];
  const complete = (store: RunStore): Promise<boolean> => store.completeTask('run', task(2), 1, { answer: 42 }, at(2), usage);

  test('is one transaction of both', async () => {
    const { store, sent } = scriptedStore({});

    expect(await complete(store)).toBe(true);

    expect(sent).toEqual([transaction]);
  });

  test('is tried again as the same transaction while others complete', async () => {
    const conflict = cancelled({ Code: 'None' }, { Code: 'TransactionConflict' });
    const { store, sent } = scriptedStore({}, conflict, conflict);

    expect(await complete(store)).toBe(true);

    expect(sent).toEqual([transaction, transaction, transaction]);
  });

  test('is tried for longer than other calls, and not for ever', async () => {
    const conflicts = Array.from({ length: 18 }, () => cancelled({ Code: 'None' }, { Code: 'TransactionConflict' }));
    const patient = scriptedStore({}, ...conflicts.slice(1));
    expect(await complete(patient.store)).toBe(true);
    expect(patient.sent).toHaveLength(18);

    const { store, sent } = scriptedStore({}, ...conflicts, ...conflicts);
    await expect(complete(store)).rejects.toMatchObject({ name: 'StoreBusyError' });
    expect(sent).toHaveLength(18);
  });

  test.each([
    ['another', false],
    ['id-1', true],
  ])('refused by what %s wrote', async (writer, expected) => {
    const { store } = scriptedStore({}, cancelled({ Code: 'ConditionalCheckFailed', Item: { writer: { S: writer } } }, { Code: 'None' }));

    expect(await complete(store)).toBe(expected);
  });
});

describe('releaseTask', () => {
  test('is one write, on the condition that the attempt executes', async () => {
    const { store, sent } = scriptedStore({});

    expect(await store.releaseTask('run', task(2), 4, error, at(2))).toBe(true);

    expect(sent).toEqual([
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: 'SET #status = :pending, #error = :error, #changed_at = :at, #writer = :writer ADD #failures :one',
          ConditionExpression: '#attempt = :attempt AND #status = :executing',
          ExpressionAttributeNames: names('status', 'error', 'changed_at', 'writer', 'failures', 'attempt'),
          ExpressionAttributeValues: {
            ':pending': 'pending',
            ':error': '{"code":"E5202","message":"no luck"}',
            ':at': at(2),
            ':one': 1,
            ':attempt': 4,
            ':executing': 'executing',
            ':writer': 'id-1',
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test.each([
    [refused({ writer: { S: 'another' } }), false],
    [refused({ writer: { S: 'id-1' } }), true],
  ])('refused, by another or by itself', async (answer, expected) => {
    const { store } = scriptedStore({}, answer);

    expect(await store.releaseTask('run', task(2), 1, error, at(2))).toBe(expected);
  });
});

describe('failTask, blockTasks and cancelTasks', () => {
  const command = (ordinal: number, status: string) => [
    'UpdateCommand',
    {
      TableName: TABLE,
      Key: { PK: 'RUN#run', SK: `TASK#00000${ordinal}` },
      UpdateExpression:
        'SET #status = :status, #error = :error, #completed_at = :at, #attempt = if_not_exists(#attempt, :zero), #ordinal = :ordinal, #task_id = :task_id, #changed_at = :at',
      ConditionExpression: MAY_END,
      ExpressionAttributeNames: names('status', 'error', 'completed_at', 'attempt', 'ordinal', 'task_id', 'changed_at', 'execution'),
      ExpressionAttributeValues: {
        ':status': status,
        ':error': '{"code":"E5202","message":"no luck"}',
        ':at': at(2),
        ':zero': 0,
        ':ordinal': ordinal,
        ':task_id': `task-${ordinal}`,
        ':execution': 1,
        ...FINAL_VALUES,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ReturnValues: 'ALL_NEW',
    },
  ];

  test('fails a task and returns how it stands', async () => {
    const Attributes = taskItem(2, { status: 'failed', error: JSON.stringify(error), completed_at: at(2) });
    const { store, sent } = scriptedStore({}, { Attributes });

    expect(await store.failTask('run', task(2), error, at(2))).toEqual({
      ordinal: 2,
      status: 'failed',
      attempt: 1,
      started: true,
      failures: 0,
      outputs: null,
      error,
      started_at: at(1),
      completed_at: at(2),
    });

    expect(sent).toEqual([command(2, 'failed')]);
  });

  test('returns the task that has ended before, as the failed condition shows it', async () => {
    const { store, sent } = scriptedStore(
      {},
      refused({
        PK: { S: 'RUN#run' },
        SK: { S: 'TASK#000002' },
        ordinal: { N: '2' },
        task_id: { S: 'task-2' },
        status: { S: 'completed' },
        attempt: { N: '3' },
        failures: { N: '2' },
        outputs: { S: '{"answer":42}' },
        started_at: { S: at(0) },
        completed_at: { S: at(1) },
        changed_at: { S: at(1) },
      }),
    );

    expect(await store.failTask('run', task(2), error, at(2))).toEqual({
      ordinal: 2,
      status: 'completed',
      attempt: 3,
      started: true,
      failures: 2,
      outputs: { answer: 42 },
      error: null,
      started_at: at(0),
      completed_at: at(1),
    });

    expect(sent).toHaveLength(1);
  });

  test('blocks each task by a write of its own; one that has ended does not stop the others', async () => {
    const { store, sent } = scriptedStore({}, {}, refused(), {});

    await store.blockTasks('run', [task(1), task(2), task(3)], error, at(2));

    expect(sent).toEqual([command(1, 'blocked'), command(2, 'blocked'), command(3, 'blocked')]);
  });

  test('cancels each task by a write of its own', async () => {
    const { store, sent } = scriptedStore({});

    await store.cancelTasks('run', [task(1), task(2)], error, at(2));

    expect(sent).toEqual([command(1, 'cancelled'), command(2, 'cancelled')]);
  });

  test('cancels those that have not started', async () => {
    const { store, sent } = scriptedStore({});

    await store.cancelUnstarted('run', [task(1)], error, at(2));

    const [name, input] = command(1, 'cancelled') as [string, { ConditionExpression: string; ExpressionAttributeNames: object }];
    const isUnstarted = '(attribute_not_exists(#attempt) OR #attempt = :zero OR #attempt = #earlier_attempts)';
    const expected = {
      ConditionExpression: `${input.ConditionExpression} AND ${isUnstarted}`,
      ExpressionAttributeNames: { ...input.ExpressionAttributeNames, '#earlier_attempts': 'earlier_attempts' },
    };
    expect(sent).toEqual([[name, { ...input, ...expected }]]);
  });

  test('skips without an error', async () => {
    const { store, sent } = scriptedStore({});

    await store.skipTasks('run', [task(1)], at(2));

    const [, input] = sent[0] as [string, { UpdateExpression: string; ExpressionAttributeValues: object }];
    expect(input.UpdateExpression).toBe(
      'SET #status = :status, #completed_at = :at, #attempt = if_not_exists(#attempt, :zero), #ordinal = :ordinal, #task_id = :task_id, #changed_at = :at REMOVE #error',
    );
    expect(input.ExpressionAttributeValues).toMatchObject({ ':status': 'skipped' });
    expect(input.ExpressionAttributeValues).not.toHaveProperty(':error');
  });

  test('a message that would make the item too large is cut', async () => {
    const { store, sent } = scriptedStore({});

    await store.releaseTask('run', task(2), 1, { code: 'E5202', message: 'x'.repeat(20_000) }, at(1));

    const [[, input]] = sent as [[string, { ExpressionAttributeValues: Record<string, string> }]];
    expect(JSON.parse(input.ExpressionAttributeValues[':error']!)).toEqual({ code: 'E5202', message: `${'x'.repeat(16_383)}…` });
  });
});

describe('listTasks and countTasks', () => {
  const query = (more: object) => [
    'QueryCommand',
    {
      TableName: TABLE,
      ConsistentRead: true,
      KeyConditionExpression: '#PK = :run AND begins_with(#SK, :prefix)',
      ExpressionAttributeNames: names('PK', 'SK'),
      ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'TASK#' },
      ...more,
    },
  ];
  const LastEvaluatedKey = { PK: 'RUN#run', SK: 'TASK#000001' };

  test('lists page by page, with outputs from items and blobs', async () => {
    const blobs = new MemoryBlobs();
    await blobs.put('key', Buffer.from('{"n":2}'));
    const { store, sent } = scriptedStore(
      { blobs },
      { Item: runItem() },
      { Items: [taskItem(1, { outputs: '{"n":1}' })], LastEvaluatedKey },
      { Items: [taskItem(2, { outputs_key: 'key' })] },
    );

    expect((await store.listTasks('run')).map(({ ordinal, outputs }) => [ordinal, outputs])).toEqual([
      [1, { n: 1 }],
      [2, { n: 2 }],
    ]);

    expect(sent.slice(1)).toEqual([query({}), query({ ExclusiveStartKey: LastEvaluatedKey })]);
  });

  test('counts page by page what it reads of each task', async () => {
    const { store, sent } = scriptedStore(
      {},
      { Item: runItem({ task_count: 5 }) },
      { Items: [{ status: 'completed', attempt: 3, tokens_used: 10 }], LastEvaluatedKey },
      {
        Items: [
          { status: 'blocked', attempt: 0 },
          { status: 'skipped', attempt: 0 },
        ],
      },
    );

    expect(await store.countTasks('run')).toEqual({
      completed: 1,
      failed: 0,
      blocked: 1,
      cancelled: 0,
      executed: 1,
      retries: 2,
      tokens: 10,
      skipped: 1,
      unfinished: 2,
    });

    const projection = {
      ProjectionExpression: '#status, #attempt, #tokens_used',
      ExpressionAttributeNames: names('PK', 'SK', 'status', 'attempt', 'tokens_used'),
    };
    expect(sent.slice(1)).toEqual([query(projection), query({ ...projection, ExclusiveStartKey: LastEvaluatedKey })]);
  });

  test('outputs that are in a blob need a blob store', async () => {
    const { store } = scriptedStore({}, { Item: runItem() }, { Items: [taskItem(1, { outputs_key: 'key' })] });

    await expect(store.listTasks('run')).rejects.toMatchObject({ name: 'MissingValueError', code: 'E5802' });
  });
});
