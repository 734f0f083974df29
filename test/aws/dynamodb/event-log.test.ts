import { describe, expect, test } from 'vitest';
import { EventLog } from '../../../lib/aws/dynamodb/event-log.ts';
import type { NewEvent } from '../../../lib/aws/dynamodb/events-of.ts';
import { at } from '../../contract/factories.ts';
import { type Answer, names, refused, scriptedTable, TABLE } from './scripted.ts';

const event = (attempt: number, second = attempt): NewEvent => ({
  at: at(second),
  run_id: 'run',
  type: 'task.executing',
  task_id: 'task-1',
  attempt,
});
const events = (count: number, first = 1): NewEvent[] => Array.from({ length: count }, (_, n) => event(first + n));

const page = (seq: number, ...of: readonly NewEvent[]) => ({
  PK: 'RUN#run',
  SK: `EVENT#${String(seq).padStart(10, '0')}`,
  seq,
  events: JSON.stringify(of.map(({ run_id, ...rest }) => rest)),
});

const readTail = (more: object = {}) => [
  'QueryCommand',
  {
    TableName: TABLE,
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 4,
    KeyConditionExpression: '#PK = :run AND begins_with(#SK, :prefix)',
    ExpressionAttributeNames: names('PK', 'SK'),
    ExpressionAttributeValues: { ':run': 'RUN#run', ':prefix': 'EVENT#' },
    ...more,
  },
];
const put = (seq: number, ...of: readonly NewEvent[]) => [
  'PutCommand',
  {
    TableName: TABLE,
    Item: page(seq, ...of),
    ConditionExpression: 'attribute_not_exists(#PK)',
    ExpressionAttributeNames: names('PK'),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
];

const scripted = (...answers: readonly Answer[]) => {
  const { table, sent } = scriptedTable(...answers);
  return { log: new EventLog(table), sent };
};

describe('append', () => {
  test('writes a page after the last one and reads it back', async () => {
    const { log, sent } = scripted(
      { Items: [page(4, event(1), event(2))] },
      {},
      { Items: [page(6, event(3)), page(4, event(1), event(2))] },
    );

    expect(await log.append('run', [event(3)])).toEqual([{ seq: 6, ...event(3) }]);

    expect(sent).toEqual([readTail(), put(6, event(3)), readTail()]);
  });

  test('begins a log with 1', async () => {
    const { log, sent } = scripted({ Items: [] }, {}, { Items: [page(1, event(1), event(2))] });

    expect(await log.append('run', events(2))).toEqual([
      { seq: 1, ...event(1) },
      { seq: 2, ...event(2) },
    ]);

    expect(sent[1]).toEqual(put(1, event(1), event(2)));
  });

  test('writes only what is not there, and returns all', async () => {
    const { log, sent } = scripted(
      { Items: [page(1, event(1), event(2))] },
      {},
      { Items: [page(3, event(3)), page(1, event(1), event(2))] },
    );

    expect((await log.append('run', [event(2), event(3)])).map(({ seq, attempt }) => [seq, attempt])).toEqual([
      [2, 2],
      [3, 3],
    ]);

    expect(sent[1]).toEqual(put(3, event(3)));
  });

  test('a repeat writes nothing', async () => {
    const { log, sent } = scripted({ Items: [page(1, event(1), event(2))] });

    expect(await log.append('run', [event(1), event(2), event(1)])).toHaveLength(2);
    expect(sent).toEqual([readTail()]);
  });

  test('starts over when another appender was quicker', async () => {
    const { log, sent } = scripted(
      { Items: [page(1, event(1))] },
      refused(),
      { Items: [page(2, event(2)), page(1, event(1))] },
      {},
      { Items: [page(3, event(3)), page(2, event(2)), page(1, event(1))] },
    );

    expect(await log.append('run', [event(2), event(3)])).toMatchObject([{ seq: 2 }, { seq: 3 }]);

    expect(sent).toEqual([readTail(), put(2, event(2), event(3)), readTail(), put(3, event(3)), readTail()]);
  });

  test.each([
    [179, 2], // at the margin: 59 s is 120 s before 179 s
    [180, 1],
  ])('reads back until everything is two minutes older than the oldest event, here of second %i', async (second, pages) => {
    const LastEvaluatedKey = { PK: 'RUN#run', SK: 'EVENT#0000000002' };
    const { log, sent } = scripted({ Items: [page(2, event(2, 59))], LastEvaluatedKey }, { Items: [page(1, event(1, 0))] });

    await log.append('run', [event(3, second)]).catch(() => undefined);

    expect(sent.slice(0, pages)).toEqual([readTail(), readTail({ ExclusiveStartKey: LastEvaluatedKey })].slice(0, pages));
    expect(sent[pages]).toEqual(put(3, event(3, second)));
  });

  test('writes no more than 100 events into a page', async () => {
    const { log, sent } = scripted(
      { Items: [] },
      {},
      { Items: [page(1, ...events(100))] },
      {},
      {
        Items: [page(101, event(101)), page(1, ...events(100))],
      },
    );

    expect(await log.append('run', events(101))).toHaveLength(101);

    expect([sent[1], sent[3]]).toEqual([put(1, ...events(100)), put(101, event(101))]);
  });

  test('writes no more than 200 KB into a page, but one event at least', async () => {
    const large = [1, 2, 3].map((n) => ({ ...event(n), error: { code: 'E5202', message: 'x'.repeat(n === 1 ? 250_000 : 90_000) } }));
    const { log, sent } = scripted(
      { Items: [] },
      {},
      { Items: [page(1, large[0]!)] },
      {},
      {
        Items: [page(2, large[1]!, large[2]!), page(1, large[0]!)],
      },
    );

    await log.append('run', large);

    expect([sent[1], sent[3]]).toEqual([put(1, large[0]!), put(2, large[1]!, large[2]!)]);
  });

  test('nothing to append is no call', async () => {
    const { log, sent } = scripted();

    expect(await log.append('run', [])).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('list', () => {
  const read = (first: string, limit: number) => [
    'QueryCommand',
    {
      TableName: TABLE,
      ConsistentRead: true,
      Limit: limit,
      KeyConditionExpression: '#PK = :run AND #SK BETWEEN :first AND :last',
      ExpressionAttributeNames: names('PK', 'SK'),
      ExpressionAttributeValues: { ':run': 'RUN#run', ':first': `EVENT#${first}`, ':last': 'EVENT#~' },
    },
  ];

  test.each([
    [0, '0000000001'],
    [99, '0000000001'],
    [100, '0000000002'],
    [250, '0000000152'],
  ])('after %i begins with the first page that may hold the next event', async (after, first) => {
    const { log, sent } = scripted();

    expect(await log.list('run', after, 10)).toEqual([]);
    expect(sent).toEqual([read(first, 10)]);
  });

  test('leaves out what was asked for before, and stops at the limit', async () => {
    const { log, sent } = scripted({
      Items: [page(1, ...events(3)), page(4, ...events(2, 4)), page(6, event(6))],
      LastEvaluatedKey: { PK: 'RUN#run', SK: 'EVENT#0000000006' },
    });

    expect((await log.list('run', 1, 3)).map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(sent).toHaveLength(1);
  });

  test('asks for no more than 100 pages at a time, and for nothing when none are wanted', async () => {
    const { log, sent } = scripted();

    await log.list('run', 0, 1000);
    expect(await log.list('run', 0, 0)).toEqual([]);

    expect(sent).toEqual([read('0000000001', 100)]);
  });
});
