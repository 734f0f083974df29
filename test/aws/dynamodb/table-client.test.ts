import { describe, expect, test } from 'vitest';
import { cancelled, named, names, refused, scriptedTable, TABLE } from './scripted.ts';

const key = (n: number) => ({ PK: 'p', SK: `${n}` });
const keys = (count: number) => Array.from({ length: count }, (_, n) => key(n));
const found = (...items: readonly object[]) => ({ Responses: { [TABLE]: items } });
const unprocessed = (missing: readonly object[], ...items: readonly object[]) => ({
  ...found(...items),
  UnprocessedKeys: { [TABLE]: { Keys: missing, ConsistentRead: true } },
});
const batch = (...asked: readonly object[]) => ['BatchGetCommand', { RequestItems: { [TABLE]: { Keys: asked, ConsistentRead: true } } }];

describe('getAll', () => {
  test('reads nothing for no keys', async () => {
    const { table, sent } = scriptedTable();

    expect(await table.getAll([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  test.each([
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])('%i keys in batches of %j', async (count, sizes) => {
    const { table, sent } = scriptedTable(found(key(1)), found(key(101)));

    expect(await table.getAll(keys(count))).toHaveLength(sizes.length > 1 ? 2 : 1);

    expect(sent).toEqual(sizes.map((size, i) => batch(...keys(count).slice(i * 100, i * 100 + size))));
  });

  test('asks again for what was left out: at once while it goes on', async () => {
    const { table, sent, pauses } = scriptedTable(unprocessed([key(1), key(2)], key(0)), unprocessed([key(2)], key(1)), found(key(2)));

    expect(await table.getAll(keys(3))).toEqual(keys(3));

    expect(sent).toEqual([batch(...keys(3)), batch(key(1), key(2)), batch(key(2))]);
    expect(pauses).toEqual([]);
  });

  test('asks again for what was left out: after a pause when nothing came', async () => {
    const { table, pauses } = scriptedTable(unprocessed(keys(1)), unprocessed(keys(1)), found(key(0)));

    expect(await table.getAll(keys(1))).toEqual(keys(1));
    expect(pauses).toEqual([1, 2]);
  });

  test('gives up when nothing comes', async () => {
    const { table, sent, pauses } = scriptedTable(unprocessed(keys(1)), unprocessed(keys(1)), unprocessed(keys(1)), found(key(0)));

    await expect(table.getAll(keys(1))).rejects.toMatchObject({ name: 'StoreBusyError', code: 'E5801' });

    expect(sent).toHaveLength(3);
    expect(pauses).toEqual([1, 2]);
  });

  test('passes on what the SDK gave up on', async () => {
    const { table, sent } = scriptedTable(named('ProvisionedThroughputExceededException'));

    await expect(table.getAll(keys(1))).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(sent).toHaveLength(1);
  });
});

describe('get', () => {
  test.each([
    [{ PK: 'x'.repeat(2048), SK: 'x'.repeat(1024) }, 1],
    [{ PK: 'x'.repeat(2049), SK: 'x' }, 0],
    [{ PK: 'x', SK: 'x'.repeat(1025) }, 0],
    [{ PK: 'é'.repeat(1025), SK: 'x' }, 0],
  ])('does not ask for what cannot be (%#)', async (impossible, calls) => {
    const { table, sent } = scriptedTable();

    expect(await table.get(impossible)).toBeUndefined();
    expect(sent).toHaveLength(calls);
  });
});

describe('query', () => {
  const parts = { keyCondition: '#PK = :p', values: { ':p': 'p' } };
  const command = (more: object = {}) => [
    'QueryCommand',
    {
      TableName: TABLE,
      ConsistentRead: true,
      KeyConditionExpression: '#PK = :p',
      ExpressionAttributeNames: names('PK'),
      ExpressionAttributeValues: { ':p': 'p' },
      ...more,
    },
  ];

  test('follows the pages, empty ones too', async () => {
    const { table, sent } = scriptedTable(
      { Items: [key(0)], LastEvaluatedKey: key(0) },
      { Items: [], LastEvaluatedKey: key(5) },
      { Items: [key(6)] },
    );

    const items: unknown[] = [];
    for await (const item of table.query(parts)) items.push(item);

    expect(items).toEqual([key(0), key(6)]);

    expect(sent).toEqual([command(), command({ ExclusiveStartKey: key(0) }), command({ ExclusiveStartKey: key(5) })]);
  });

  test('reads no page that nobody asks for', async () => {
    const { table, sent } = scriptedTable({ Items: keys(2), LastEvaluatedKey: key(1) });

    for await (const item of table.query(parts)) {
      expect(item).toEqual(key(0));
      break;
    }

    expect(sent).toEqual([command()]);
  });
});

describe('a write', () => {
  const write = { update: 'SET #a = :a', condition: '#b = :b', values: { ':a': 1, ':b': 2 } };

  test('returns what was asked for', async () => {
    const { table } = scriptedTable({ Attributes: { a: 1 } });

    expect(await table.update(key(1), write, 'ALL_NEW')).toEqual({ written: true, attributes: { a: 1 } });
  });

  test('that is refused returns the strings and numbers of the item', async () => {
    const { table } = scriptedTable(refused({ a: { N: '7' }, b: { S: 'x' }, c: { SS: ['y'] } }));

    expect(await table.update(key(1), write)).toEqual({ written: false, item: { a: 7, b: 'x' } });
  });

  test.each(['TransactionConflictException', 'TransactionInProgressException'])('is tried again after %s', async (name) => {
    const { table, sent, pauses } = scriptedTable(named(name), named(name), {});

    expect(await table.update(key(1), write)).toMatchObject({ written: true });

    expect(sent).toHaveLength(3);
    expect(sent[2]).toEqual(sent[0]);
    expect(pauses).toEqual([1, 2]);
  });

  test('is given up when the conflict stays', async () => {
    const conflict = named('TransactionConflictException');
    const { table, sent } = scriptedTable(conflict, conflict, conflict, {});

    await expect(table.put(key(1))).rejects.toMatchObject({ name: 'StoreBusyError', cause: conflict });
    expect(sent).toHaveLength(3);
  });

  test('that fails otherwise is not tried again', async () => {
    const { table, sent } = scriptedTable(named('ValidationException'));

    await expect(table.put(key(1))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(sent).toHaveLength(1);
  });
});

describe('a transaction', () => {
  const writes = [{ Delete: { TableName: TABLE, Key: key(1) } }, { Delete: { TableName: TABLE, Key: key(2) } }];

  test('is one call with its token', async () => {
    const { table, sent } = scriptedTable();

    expect(await table.transact(writes, 'token')).toEqual({ written: true });
    expect(sent).toEqual([['TransactWriteCommand', { TransactItems: writes, ClientRequestToken: 'token' }]]);
  });

  test('tells which conditions were not met', async () => {
    const { table } = scriptedTable(cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { a: { N: '1' } } }));

    expect(await table.transact(writes, 'token')).toEqual({ written: false, refused: [undefined, { a: 1 }] });
  });

  test('is not tried again when a condition is not met, whatever else happened', async () => {
    const { table, sent } = scriptedTable(cancelled({ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }));

    expect(await table.transact(writes, 'token')).toEqual({ written: false, refused: [undefined, {}] });
    expect(sent).toHaveLength(1);
  });

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])('is tried again after %s', async (Code) => {
    const { table, sent } = scriptedTable(cancelled({ Code: 'None' }, { Code }));

    expect(await table.transact(writes, 'token')).toEqual({ written: true });
    expect(sent).toEqual([sent[0], sent[0]]);
  });

  test('is not tried again when it can never be', async () => {
    const { table, sent } = scriptedTable(cancelled({ Code: 'ItemCollectionSizeLimitExceeded' }, { Code: 'None' }));

    await expect(table.transact(writes, 'token')).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(sent).toHaveLength(1);
  });
});

describe('deleteAll', () => {
  const batch = (...numbers: readonly number[]) => [
    'BatchWriteCommand',
    { RequestItems: { [TABLE]: numbers.map((n) => ({ DeleteRequest: { Key: key(n) } })) } },
  ];
  const left = (...numbers: readonly number[]) => ({
    UnprocessedItems: { [TABLE]: numbers.map((n) => ({ DeleteRequest: { Key: key(n) } })) },
  });

  test('takes 25 items a call, and sends none for nothing', async () => {
    const { table, sent } = scriptedTable();

    await table.deleteAll(keys(26));
    await table.deleteAll([]);

    expect(sent).toEqual([batch(...Array.from({ length: 25 }, (_, n) => n)), batch(25)]);
  });

  test('deletes what is left undone, as often as there is progress', async () => {
    const { table, sent, pauses } = scriptedTable(left(1, 2, 3), left(2, 3), left(3), left(3), {});

    await table.deleteAll(keys(5));

    expect(sent.slice(1)).toEqual([batch(1, 2, 3), batch(2, 3), batch(3), batch(3)]);
    expect(pauses).toEqual([1, 1, 1, 1]);
  });

  test('gives up when nothing gets done', async () => {
    const { table, sent } = scriptedTable(left(0), left(0), left(0));

    await expect(table.deleteAll(keys(1))).rejects.toMatchObject({ name: 'StoreBusyError', message: '1 items could not be deleted' });

    expect(sent).toHaveLength(3);
  });
});
