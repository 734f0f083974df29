import { describe, expect, test } from 'vitest';
import { EXPIRY_SEC, names, scriptedStore, TABLE } from './scripted.ts';

const Key = { PK: 'RUN#run', SK: 'GATE#000005' };

describe('addToken', () => {
  test('adds the token, and after that reads whether the task is final', async () => {
    const { store, sent } = scriptedStore({}, { Attributes: { arrived: new Set([1, 2]) } }, { Item: { status: 'executing' } });

    expect(await store.addToken('run', 5, 'token')).toEqual({ arrived: 2, reentered: false, final: false });

    expect(sent).toEqual([
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: 'ADD #tokens :member SET #expires_at = :expiry',
          ExpressionAttributeNames: names('tokens', 'expires_at'),
          ExpressionAttributeValues: { ':member': new Set(['token']), ':expiry': EXPIRY_SEC },
          ReturnValues: 'ALL_OLD',
        },
      ],
      [
        'GetCommand',
        {
          TableName: TABLE,
          Key: { PK: 'RUN#run', SK: 'TASK#000005' },
          ConsistentRead: true,
          ProjectionExpression: '#status',
          ExpressionAttributeNames: names('status'),
        },
      ],
    ]);
  });

  test.each([
    ['a gate nobody has been at', {}, {}, { arrived: 0, reentered: false, final: false }],
    ['a gate entered before', { Attributes: { tokens: new Set(['old']) } }, {}, { arrived: 0, reentered: true, final: false }],
    ['a task that is final', {}, { Item: { status: 'blocked' } }, { arrived: 0, reentered: false, final: true }],
  ])('%s', async (_, gate, item, expected) => {
    const { store } = scriptedStore({}, gate, item);

    expect(await store.addToken('run', 5, 'token')).toEqual(expected);
  });
});

describe('addArrival', () => {
  test('is one write, which returns how it stands then', async () => {
    const { store, sent } = scriptedStore({}, { Attributes: { arrived: new Set([1, 2]), tokens: new Set(['token']) } });

    expect(await store.addArrival('run', 5, 2)).toEqual({ arrived: 2, hasToken: true });

    expect(sent).toEqual([
      [
        'UpdateCommand',
        {
          TableName: TABLE,
          Key,
          UpdateExpression: 'ADD #arrived :member SET #expires_at = :expiry',
          ExpressionAttributeNames: names('arrived', 'expires_at'),
          ExpressionAttributeValues: { ':member': new Set([2]), ':expiry': EXPIRY_SEC },
          ReturnValues: 'ALL_NEW',
        },
      ],
    ]);
  });

  test('tells that nobody waits', async () => {
    const { store } = scriptedStore({}, { Attributes: { arrived: new Set([1]) } });

    expect(await store.addArrival('run', 5, 1)).toEqual({ arrived: 1, hasToken: false });
  });
});

describe('listTokens', () => {
  test.each([
    [{ Item: { tokens: new Set(['a', 'b']) } }, ['a', 'b']],
    [{ Item: {} }, []],
    [{}, []],
  ])('is one consistent read (%#)', async (answer, expected) => {
    const { store, sent } = scriptedStore({}, answer);

    expect(await store.listTokens('run', 5)).toEqual(expected);

    expect(sent).toEqual([
      [
        'GetCommand',
        { TableName: TABLE, Key, ConsistentRead: true, ProjectionExpression: '#tokens', ExpressionAttributeNames: names('tokens') },
      ],
    ]);
  });
});
