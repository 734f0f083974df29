import { describe, expect, test } from 'vitest';
import type { RunDocument } from '../../../lib/aws/dynamodb/table.ts';
import { at, newRun, noise, runSpec } from '../../contract/factories.ts';
import { runItem } from './items.ts';
import { cancelled, names, refused, type Script, scriptedStore, TABLE } from './scripted.ts';

interface Put {
  readonly Item: RunDocument & { readonly bytes: Uint8Array };
}
const puts = ({ sent }: Script): Put[] => sent.map(([, input]) => input as Put);
const KEY = { PK: 'TENANT#default', SK: 'KEY#2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683' }; // sha256 of "key"

describe('createRun', () => {
  test('writes the task records, then the run, on the condition that there is none', async () => {
    const script = scriptedStore({});

    await script.store.createRun(
      newRun('run', { goal_id: 'goal', context: { day: 'Monday' }, folder: 'first', machine: 'machine' }),
      runSpec(2),
    );

    const { hash } = puts(script)[1]!.Item.spec!;
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(script.sent).toEqual([
      ['PutCommand', { TableName: TABLE, Item: { PK: 'RUN#run', SK: `SPEC#${hash}#0`, bytes: expect.any(Uint8Array) } }],
      [
        'PutCommand',
        {
          TableName: TABLE,
          Item: {
            PK: 'RUN#run',
            SK: 'RUN',
            TENANT: 'TENANT#default',
            CREATED: `${at(0)}#run`,
            tenant_id: 'default',
            run_id: 'run',
            plan_id: 'plan',
            goal_id: 'goal',
            status: 'queued',
            execution: 1,
            planned: 1,
            machine: 'machine',
            order: '{"mode":"start","folder":"first","plan_folder":"first"}',
            task_count: 2,
            next_ordinal: 2,
            spec: { hash, count: 1 },
            context: '{"day":"Monday"}',
            created_at: at(0),
            changed_at: at(0),
            writer: 'id-1',
          },
          ConditionExpression: 'attribute_not_exists(#PK)',
          ExpressionAttributeNames: names('PK'),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test('is refused when another made the run, not when it made it itself', async () => {
    const another = scriptedStore({}, {}, refused({ writer: { S: 'another' } }));
    await expect(another.store.createRun(newRun('run'), runSpec(1))).rejects.toMatchObject({ name: 'RunExistsError', runId: 'run' });

    const itself = scriptedStore({}, {}, refused({ writer: { S: 'id-1' } }));
    expect(await itself.store.createRun(newRun('run'), runSpec(1))).toEqual({ run_id: 'run', created: true });
  });

  test('cuts what does not fit into an item, and the same again writes the same items', async () => {
    const spec = runSpec(1, noise(1_200_000));
    const script = scriptedStore({});

    await script.store.createRun(newRun('run'), spec);
    await script.store.createRun(newRun('run'), spec);

    const [first, second] = [puts(script).slice(0, 4), puts(script).slice(4)];
    const { hash, count } = first.at(-1)!.Item.spec!;
    expect(count).toBe(3);
    expect(first.slice(0, 3).map(({ Item }) => [Item.SK, Item.bytes.length <= 350 * 1024])).toEqual([
      [`SPEC#${hash}#0`, true],
      [`SPEC#${hash}#1`, true],
      [`SPEC#${hash}#2`, true],
    ]);
    expect(second.slice(0, 3)).toEqual(first.slice(0, 3));
  });

  test.each([
    ['{"text":""}'.length, true],
    ['{"text":""}'.length - 1, false],
  ])('a context of 4 KB stays in the item, one byte more does not (%#)', async (overhead, isInline) => {
    const context = { text: noise(4_096 - overhead) };
    const script = scriptedStore({});

    await script.store.createRun(newRun('run', { context }), runSpec(1));

    const run = puts(script).at(-1)!.Item;
    if (isInline) {
      expect(run).toMatchObject({ context: JSON.stringify(context) });
      expect(run.context_chunks).toBeUndefined();
    } else {
      expect(run.context).toBeUndefined();
      expect(puts(script)[1]!.Item.SK).toBe(`CONTEXT#${run.context_chunks!.hash}#0`);
    }
  });
});

describe('createRun with an idempotency key', () => {
  const run = newRun('run', { idempotency_key: 'key' });

  test('looks for the key, then puts run and key in one transaction', async () => {
    const script = scriptedStore({});

    expect(await script.store.createRun(run, runSpec(1))).toEqual({ run_id: 'run', created: true });

    const put = (Item: object) => ({
      Put: {
        TableName: TABLE,
        Item,
        ConditionExpression: 'attribute_not_exists(#PK)',
        ExpressionAttributeNames: names('PK'),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
    expect(script.sent).toHaveLength(3);
    expect(script.sent[0]).toEqual(['GetCommand', { TableName: TABLE, Key: KEY, ConsistentRead: true }]);
    expect(script.sent[2]).toEqual([
      'TransactWriteCommand',
      {
        TransactItems: [
          put({ ...KEY, run_id: 'run' }),
          put(expect.objectContaining({ PK: 'RUN#run', SK: 'RUN', status: 'queued', idempotency: KEY.SK })),
        ],
        ClientRequestToken: 'id-2',
      },
    ]);
  });

  test('finds the run that has the key, and writes nothing', async () => {
    const { store, sent } = scriptedStore({}, { Item: { ...KEY, run_id: 'earlier' } });

    expect(await store.createRun(run, runSpec(1))).toEqual({ run_id: 'earlier', created: false });
    expect(sent).toHaveLength(1);
  });

  test('finds the run that got the key meanwhile', async () => {
    const taken = cancelled({ Code: 'ConditionalCheckFailed', Item: { run_id: { S: 'earlier' } } }, { Code: 'None' });
    const { store } = scriptedStore({}, {}, {}, taken);

    expect(await store.createRun(run, runSpec(1))).toEqual({ run_id: 'earlier', created: false });
  });

  test('is refused when the run is there under another key', async () => {
    const { store } = scriptedStore({}, {}, {}, cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: {} }));

    await expect(store.createRun(run, runSpec(1))).rejects.toMatchObject({ name: 'RunExistsError' });
  });

  test("a tenant's keys are its own", async () => {
    const { store, sent } = scriptedStore({ tenantId: 'mine' });

    await store.createRun(run, runSpec(1));

    expect(sent[0]).toMatchObject(['GetCommand', { Key: { PK: 'TENANT#mine' } }]);
  });
});

describe('getSpec', () => {
  test('reads the reference, then the chunks, and puts them together in order', async () => {
    const spec = runSpec(1, noise(1_200_000));
    const written = scriptedStore({});
    await written.store.createRun(newRun('run'), spec);
    const [a, b, c, run] = puts(written).map(({ Item }) => Item);
    const { store, sent } = scriptedStore({}, { Item: run! }, { Responses: { [TABLE]: [c!, a!, b!] } });

    expect(await store.getSpec('run')).toEqual(spec);

    expect(sent).toEqual([
      [
        'GetCommand',
        {
          TableName: TABLE,
          Key: { PK: 'RUN#run', SK: 'RUN' },
          ConsistentRead: true,
          ProjectionExpression: '#tenant_id, #run_id, #planned, #spec',
          ExpressionAttributeNames: names('tenant_id', 'run_id', 'planned', 'spec'),
        },
      ],
      [
        'BatchGetCommand',
        { RequestItems: { [TABLE]: { Keys: [a, b, c].map((chunk) => ({ PK: 'RUN#run', SK: chunk!.SK })), ConsistentRead: true } } },
      ],
    ]);
  });

  test('says so when a chunk is missing', async () => {
    const { store } = scriptedStore({}, { Item: runItem({ spec: { hash: 'abc', count: 2 } }) }, { Responses: {} });

    await expect(store.getSpec('run')).rejects.toMatchObject({ name: 'MissingValueError', message: 'run run has 0 of 2 SPEC chunks' });
  });
});

test('a spec is not read for another execution than its own', async () => {
  const { store, sent } = scriptedStore({}, { Item: runItem({ planned: 2 }) }, { Item: runItem({ planned: 2 }) });

  expect(await store.getSpec('run')).toBeUndefined();
  expect(await store.getSpec('run/3')).toBeUndefined();

  expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'GetCommand']);
});

describe('a context in chunks', () => {
  test('is read once', async () => {
    const context = { text: noise(10_000) };
    const written = scriptedStore({});
    await written.store.createRun(newRun('run', { context }), runSpec(1));
    const [, chunk, run] = puts(written).map(({ Item }) => Item);
    const { store, sent } = scriptedStore({}, { Item: run! }, { Responses: { [TABLE]: [chunk!] } }, { Responses: { [TABLE]: [run!] } });

    expect((await store.getRun('run'))!.context).toEqual(context);
    expect((await store.readTasks('run', [0])).run!.context).toEqual(context);

    expect(sent.map(([command]) => command)).toEqual(['GetCommand', 'BatchGetCommand', 'BatchGetCommand']);
  });
});
