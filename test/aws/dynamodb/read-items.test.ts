import { describe, expect, test } from 'vitest';
import { at } from '../../contract/factories.ts';
import { runItem, taskItem } from './items.ts';
import { names, scriptedStore, TABLE } from './scripted.ts';

const RUN = { PK: 'RUN#run', SK: 'RUN' };
const keys = (...ordinals: readonly number[]) => ordinals.map((ordinal) => ({ PK: 'RUN#run', SK: `TASK#00000${ordinal}` }));
const shown = [
  ...[
    'PK',
    'SK',
    'tenant_id',
    'run_id',
    'status',
    'execution',
    'context',
    'context_chunks',
    'timed_from',
    'tokens_used',
    'cost_nano_usd',
    'failing',
  ],
  ...['ordinal', 'attempt', 'earlier_attempts', 'failures', 'error', 'started_at', 'completed_at'],
];
const batchGet = (Keys: readonly object[], projected: boolean) => [
  'BatchGetCommand',
  {
    RequestItems: {
      [TABLE]: {
        Keys,
        ConsistentRead: true,
        ...(projected && {
          ProjectionExpression: shown.map((name) => `#${name}`).join(', '),
          ExpressionAttributeNames: names(...shown),
        }),
      },
    },
  },
];

describe('readTasks', () => {
  test('is one request where all outputs are wanted', async () => {
    const { store, sent } = scriptedStore({}, { Responses: { [TABLE]: [runItem(), taskItem(1, { outputs: '{"n":1}' })] } });

    const { run, tasks } = await store.readTasks('run', [1, 2]);

    expect(sent).toEqual([batchGet([RUN, ...keys(1, 2)], false)]);
    expect(run).toEqual({ status: 'executing', execution: 1, context: {}, timed_from: null, tokens_used: 0, cost_usd: 0, failing: false });
    expect(tasks.get(1)?.outputs).toEqual({ n: 1 });
  });

  test.each([
    ['none are', [1, 2], [1, 2]],
    ['there are no tasks', [], []],
  ])('is one request without outputs where %s', async (_, ordinals, expected) => {
    const { store, sent } = scriptedStore({});

    await store.readTasks('run', ordinals, []);

    expect(sent).toEqual([batchGet([RUN, ...keys(...expected)], true)]);
  });

  test('is one for those whose outputs are wanted, and one for all else', async () => {
    const { store, sent } = scriptedStore(
      {},
      { Responses: { [TABLE]: [runItem(), taskItem(1), taskItem(3)] } },
      { Responses: { [TABLE]: [taskItem(2, { outputs: '{"n":2}' })] } },
    );

    const { tasks } = await store.readTasks('run', [1, 2, 3], [2]);

    expect(sent).toEqual([batchGet([RUN, ...keys(1, 3)], true), batchGet(keys(2), false)]);
    expect([...tasks.values()].map(({ ordinal, outputs }) => [ordinal, outputs])).toEqual([
      [1, null],
      [3, null],
      [2, { n: 2 }],
    ]);
  });
});

describe('listProgress', () => {
  test('reads of each task what is shown of it; a touch counts until the next change', async () => {
    const touched = { touched_at: at(4), failures: 2, forgiven: 1 };
    const { store, sent } = scriptedStore(
      {},
      { Item: runItem() },
      { Items: [taskItem(1, { changed_at: at(3), ...touched }), taskItem(2, { changed_at: at(5), ...touched }), taskItem(3)] },
    );

    expect((await store.listProgress('run')).map((task) => [task.ordinal, task.failures, task.forgiven, task.changed_at])).toEqual([
      [1, 2, 1, at(4)],
      [2, 2, 1, at(5)],
      [3, 0, 0, at(1)],
    ]);

    expect(sent.at(-1)).toMatchObject([
      'QueryCommand',
      {
        ProjectionExpression:
          '#ordinal, #status, #attempt, #earlier_attempts, #failures, #error, #started_at, #completed_at, #forgiven, #changed_at, #touched_at',
      },
    ]);
  });
});

test('touchTask is one write, which leaves alone what attempts are measured by', async () => {
  const { store, sent } = scriptedStore({});

  expect(await store.touchTask('run', { ordinal: 2, id: 'task-2' }, 3, at(5))).toBe(true);

  expect(sent).toMatchObject([
    [
      'UpdateCommand',
      { Key: keys(2)[0], UpdateExpression: 'SET #touched_at = :at', ConditionExpression: '#attempt = :attempt AND #status = :executing' },
    ],
  ]);
});
