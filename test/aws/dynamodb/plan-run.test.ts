import { describe, expect, test } from 'vitest';
import { at, newRun, noise, runSpec } from '../../contract/factories.ts';
import { names, refused, scriptedStore, TABLE } from './scripted.ts';

const RUN = { Item: { PK: 'RUN#run', SK: 'RUN', run_id: 'run', tenant_id: 'default', context: '{}' } };
const PLAN = { plan_id: 'plan', goal_id: 'goal', context: { day: 'Monday' }, machine: 'machine' };

describe('a run whose plan comes later', () => {
  test('is written without spec and tasks', async () => {
    const { store, sent } = scriptedStore({});

    await store.createRun(newRun('run'));

    expect(sent).toMatchObject([
      ['PutCommand', { Item: { SK: 'RUN', status: 'queued', task_count: 0, next_ordinal: 0, created_at: at(0) } }],
    ]);
    expect((sent[0] as [string, { Item: object }])[1].Item).not.toHaveProperty('spec');
  });

  test('gets its chunks first, then refers to them, on the condition that it has none', async () => {
    const { store, sent } = scriptedStore({}, RUN);

    expect(await store.planRun('run', PLAN, runSpec(2))).toBe(true);

    const [, chunk, update] = sent as [unknown, [string, { Item: { SK: string } }], unknown];
    const [, hash] = chunk[1].Item.SK.split('#');
    expect(update).toEqual([
      'UpdateCommand',
      {
        TableName: TABLE,
        Key: { PK: 'RUN#run', SK: 'RUN' },
        UpdateExpression:
          'SET #plan_id = :plan_id, #goal_id = :goal_id, #task_count = :task_count, #next_ordinal = :next_ordinal, #spec = :spec, #planned = :execution, #machine = :machine, #writer = :writer, ' +
          '#context = :context REMOVE #context_chunks',
        ConditionExpression: '#status = :queued AND #execution = :execution AND #planned < :execution',
        ExpressionAttributeNames: names(
          ...[
            'plan_id',
            'goal_id',
            'task_count',
            'next_ordinal',
            'spec',
            'planned',
            'machine',
            'writer',
            'context',
            'context_chunks',
            'status',
            'execution',
          ],
        ),
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':execution': 1,
          ':machine': 'machine',
          ':plan_id': 'plan',
          ':goal_id': 'goal',
          ':task_count': 2,
          ':next_ordinal': 2,
          ':spec': { hash, count: 1 },
          ':context': '{"day":"Monday"}',
          ':writer': 'id-1',
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  test('in a later execution may leave the context as it is', async () => {
    const { store, sent } = scriptedStore({}, RUN, { Item: { execution: 3, next_ordinal: 1 } });

    await store.planRun('run/3', { plan_id: 'plan', goal_id: null, machine: 'machine' }, runSpec(1));

    expect(sent.at(-1)).toMatchObject([
      'UpdateCommand',
      {
        Key: { PK: 'RUN#run', SK: 'RUN' },
        UpdateExpression: expect.not.stringContaining('context'),
        ExpressionAttributeValues: { ':execution': 3 },
      },
    ]);
  });

  test.each([
    ['many tasks as it has had', 3, { execution: 2, next_ordinal: 5 }, 5],
    ['many tasks as its plan has', 7, { execution: 2, next_ordinal: 5 }, 7],
    ['many where nobody has counted', 7, { execution: 2 }, 7],
  ])('in a later execution gives ordinals behind as %s', async (_, length, item, next) => {
    const { store, sent } = scriptedStore({}, RUN, { Item: item });

    expect(await store.planRun('run/2', PLAN, runSpec(length))).toBe(true);

    expect(sent[1]).toEqual([
      'GetCommand',
      {
        TableName: TABLE,
        Key: { PK: 'RUN#run', SK: 'RUN' },
        ConsistentRead: true,
        ProjectionExpression: '#execution, #next_ordinal',
        ExpressionAttributeNames: names('execution', 'next_ordinal'),
      },
    ]);
    expect(sent.at(-1)).toMatchObject(['UpdateCommand', { ExpressionAttributeValues: { ':next_ordinal': next, ':task_count': length } }]);
  });

  test.each([
    ['is yet to come', { Item: { execution: 1, next_ordinal: 5 } }],
    ['is over', { Item: { execution: 3, next_ordinal: 5 } }],
    ['was of a run that is gone', {}],
  ])('is not planned for an execution that %s, and writes nothing', async (_, answer) => {
    const { store, sent } = scriptedStore({}, RUN, answer);

    expect(await store.planRun('run/2', PLAN, runSpec(1))).toBe(false);
    expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'GetCommand']);
  });

  test('keeps a large context beside it', async () => {
    const { store, sent } = scriptedStore({}, RUN);

    await store.planRun('run', { ...PLAN, context: { text: noise(5_000) } }, runSpec(1));

    expect(sent.at(-1)).toMatchObject([
      'UpdateCommand',
      {
        UpdateExpression: expect.stringContaining('#context_chunks = :context REMOVE #context'),
        ExpressionAttributeValues: { ':context': { count: 1 } },
      },
    ]);
  });

  test('is planned by one call only, which may learn of it by its own refusal', async () => {
    const another = scriptedStore({}, RUN, {}, refused({ writer: { S: 'another' } }));
    expect(await another.store.planRun('run', PLAN, runSpec(1))).toBe(false);

    const itself = scriptedStore({}, RUN, {}, refused({ writer: { S: 'id-1' } }));
    expect(await itself.store.planRun('run', PLAN, runSpec(1))).toBe(true);
  });

  test('is not found by another tenant', async () => {
    const { store, sent } = scriptedStore({ tenantId: 'other' }, RUN);

    expect(await store.planRun('run', PLAN, runSpec(1))).toBe(false);
    expect(sent).toHaveLength(1);
  });
});
