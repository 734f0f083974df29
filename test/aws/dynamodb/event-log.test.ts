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

/** The pages before this one say that the latest event is of second `latest`. */
const pageAfter = (latest: number, seq: number, ...of: readonly NewEvent[]) => ({
  PK: 'RUN#run',
  SK: `EVENT#${String(seq).padStart(10, '0')}`,
  seq,
  count: of.length,
  latest_ms: Math.max(Date.parse(at(latest)), ...of.map((each) => Date.parse(each.at))),
  events: JSON.stringify(of.map(({ run_id, ...rest }) => rest)),
});
const page = (seq: number, ...of: readonly NewEvent[]) => pageAfter(0, seq, ...of);

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
const putPage = (Item: object) => [
  'PutCommand',
  {
    TableName: TABLE,
    Item,
    ConditionExpression: 'attribute_not_exists(#PK)',
    ExpressionAttributeNames: names('PK'),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
];
const put = (seq: number, ...of: readonly NewEvent[]) => putPage(page(seq, ...of));

const scripted = (...answers: readonly Answer[]) => {
  const { table, sent } = scriptedTable(...answers);
  return { log: new EventLog(table), sent };
};

describe('append', () => {
  test('writes a page after the last one', async () => {
    const { log, sent } = scripted({ Items: [page(4, event(1), event(2))] });

    expect(await log.append('run', [event(3)])).toEqual([{ seq: 6, ...event(3) }]);

    expect(sent).toEqual([readTail(), put(6, event(3))]);
  });

  test('begins a log with 1', async () => {
    const { log, sent } = scripted({ Items: [] });

    expect(await log.append('run', events(2))).toEqual([
      { seq: 1, ...event(1) },
      { seq: 2, ...event(2) },
    ]);

    expect(sent).toEqual([readTail(), put(1, event(1), event(2))]);
  });

  test('writes only what is not there, and returns all', async () => {
    const { log, sent } = scripted({ Items: [page(1, event(1), event(2))] });

    expect((await log.append('run', [event(2), event(3)])).map(({ seq, attempt }) => [seq, attempt])).toEqual([
      [2, 2],
      [3, 3],
    ]);

    expect(sent).toEqual([readTail(), put(3, event(3))]);
  });

  test('a repeat writes nothing', async () => {
    const { log, sent } = scripted({ Items: [page(1, event(1), event(2))] });

    expect(await log.append('run', [event(1), event(2), event(1)])).toHaveLength(2);
    expect(sent).toEqual([readTail()]);
  });

  test('looks again when another appender was quicker', async () => {
    const { log, sent } = scripted({ Items: [page(1, event(1))] }, refused(), { Items: [page(2, event(2)), page(1, event(1))] });

    expect(await log.append('run', [event(2), event(3)])).toMatchObject([{ seq: 2 }, { seq: 3 }]);

    expect(sent).toEqual([readTail(), put(2, event(2), event(3)), readTail(), put(3, event(3))]);
  });

  /*
   *   seq            1     2     3
   *   at second     10    20     5   came late
   *   latest        10    20    20
   */
  const LATE = [pageAfter(20, 3, event(3, 5)), page(2, event(2, 20)), page(1, event(1, 10))];

  test.each([
    [21, 1],
    [20, 3],
    [11, 3],
    [10, 4], // and then there is no more
  ])('an event of second %i is looked for in %i reads of a page each', async (second, reads) => {
    const LastEvaluatedKey = { PK: 'RUN#run', SK: 'EVENT' };
    const pages = LATE.map((each) => ({ Items: [each], LastEvaluatedKey }));
    const { log, sent } = scripted(...pages.slice(0, reads));

    await log.append('run', [event(9, second)]);

    expect(sent).toEqual([
      readTail(),
      ...Array.from({ length: reads - 1 }, () => readTail({ ExclusiveStartKey: LastEvaluatedKey })),
      putPage(pageAfter(20, 4, event(9, second))),
    ]);
  });

  test('finds an event behind one that came late', async () => {
    const { log, sent } = scripted({ Items: LATE });

    expect(await log.append('run', [event(2, 20)])).toEqual([{ seq: 2, ...event(2, 20) }]);
    expect(sent).toHaveLength(1);
  });

  test('writes no more than 100 events into a page', async () => {
    const { log, sent } = scripted({ Items: [] });

    expect((await log.append('run', events(101))).map(({ seq }) => seq)).toEqual(events(101).map(({ attempt }) => attempt));

    expect(sent.slice(1)).toEqual([put(1, ...events(100)), put(101, event(101))]);
  });

  test('writes no more than 200 KB into a page, but one event at least', async () => {
    const large = [1, 2, 3].map((n) => ({ ...event(n), error: { code: 'E5202', message: 'x'.repeat(n === 1 ? 250_000 : 90_000) } }));
    const { log, sent } = scripted({ Items: [] });

    await log.append('run', large);

    expect(sent.slice(1)).toEqual([put(1, large[0]!), put(2, large[1]!, large[2]!)]);
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
