import { describe, expect, test } from 'vitest';
import type { Callback } from '../../../lib/runtime/ports/tasks.ts';
import { EXPIRY_SEC, scriptedStore, TABLE } from './scripted.ts';

const key = { PK: 'CALLBACK#id', SK: 'CALLBACK' };
const callback: Callback = { ref: 'run/2', ordinal: 4, attempt: 2, token: 'token' };
const document = { ...key, ...callback, expires_at: EXPIRY_SEC };

test('putCallback is one write', async () => {
  const { store, sent } = scriptedStore({});

  await store.putCallback('id', callback);

  expect(sent).toEqual([['PutCommand', { TableName: TABLE, Item: document }]]);
});

describe('getCallback', () => {
  test('reads the item, then whose run it is', async () => {
    const { store, sent } = scriptedStore({}, { Item: document }, { Item: { tenant_id: 'default' } });

    expect(await store.getCallback('id')).toEqual(callback);

    expect(sent).toMatchObject([
      ['GetCommand', { Key: key, ConsistentRead: true }],
      ['GetCommand', { Key: { PK: 'RUN#run', SK: 'RUN' }, ProjectionExpression: '#tenant_id' }],
    ]);
  });

  test.each([
    ['an unknown id', [{}]],
    ["another tenant's run", [{ Item: document }, { Item: { tenant_id: 'another' } }]],
    ['a run that is not there', [{ Item: document }, {}]],
  ])('finds nothing for %s', async (_, answers) => {
    const { store } = scriptedStore({}, ...answers);

    expect(await store.getCallback('id')).toBeUndefined();
  });
});
