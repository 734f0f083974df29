import type { Feature } from '../scenario.ts';
import { endsOf, FAILS, FAILS_ONCE, retries, times, work } from '../work.ts';

/** An item takes so many seconds, and says which it is. */
const item = (duration_sec: number, of: string, mock: object = {}) => ({ duration_sec, outputs: { of }, ...mock });

/** list ─► each, for every item of the list ─► join. Each item plays what the list says of it. */
const planOf = (items: readonly object[], fields: object = {}, plan: object = {}) => ({
  tasks: [
    work('list', 1, {}, { outputs: { items } }),
    work('each', 1, { foreach: '{{list.items}}', inputs: { mock: '{{item}}' }, ...fields }),
    work('join', 1, { inputs: { all: '{{each.results}}' } }),
  ],
  ...plan,
});

const MANY = 90;

export const FOREACH_TASK: Feature = {
  name: 'foreach over a task',
  cells: {
    success: {
      happens: 'a task for each item of the list; its results are in the order of the list',
      plan: planOf([item(2, 'a'), item(1, 'b')]),
      ends: { list: 'completed 1', 'each/0': 'completed 3', 'each/1': 'completed 2', each: 'completed 3', join: 'completed 4' },
      run: 'completed',
      outputs: { each: { results: [{ of: 'a' }, { of: 'b' }], count: 2, failed: 0 } },
    },
    failure: {
      happens: 'it fails when an item has, once all others have ended',
      plan: planOf([item(3, 'a'), item(1, 'b', FAILS)]),
      ends: { list: 'completed 1', 'each/0': 'completed 4', 'each/1': 'failed 2', each: 'failed 4', join: 'blocked 4' },
      run: 'failed',
    },
    retry: {
      happens: 'the item is tried again, the others go on',
      plan: planOf([item(3, 'a'), item(1, 'b', FAILS_ONCE)], retries(1)),
      ends: { list: 'completed 1', 'each/0': 'completed 4', 'each/1': 'completed 5, 2 attempts', each: 'completed 5', join: 'completed 6' },
      run: 'completed',
    },
    timeout: {
      happens: 'its timeout is that of each item: the one that takes longer fails',
      plan: planOf([item(3, 'a'), item(9, 'b'), item(4, 'c')], { timeout_seconds: 4.5 }),
      ends: {
        list: 'completed 1',
        'each/0': 'completed 4',
        'each/1': 'failed 5.5',
        'each/2': 'completed 5',
        each: 'failed 5.5',
        join: 'blocked 5.5',
      },
      run: 'failed',
    },
    cancel: {
      happens: 'items that have not ended are cancelled, those that wait for their turn too',
      plan: planOf([item(1, 'a'), item(3, 'b'), item(1, 'c')], { max_concurrency: 1 }),
      deeds: [[3, 'cancel']],
      ends: {
        list: 'completed 1',
        'each/0': 'completed 2',
        'each/1': 'cancelled 3',
        'each/2': 'cancelled 3',
        each: 'cancelled 3',
        join: 'cancelled 3',
      },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'items that run go on to their end; the others follow after the resume, of the same list',
      plan: planOf([item(2, 'a'), item(2, 'b'), item(2, 'c')], { max_concurrency: 1 }),
      deeds: [
        [2, 'pause'],
        [10, 'resume'],
      ],
      ends: {
        list: 'completed 1',
        'each/0': 'completed 3',
        'each/1': 'completed 12',
        'each/2': 'completed 14',
        each: 'completed 14',
        join: 'completed 15',
      },
      run: 'completed',
      outputs: { each: { results: [{ of: 'a' }, { of: 'b' }, { of: 'c' }], count: 3, failed: 0 } },
    },
    'retry of the run': {
      happens: 'only the items that failed run again, and their results come in their places',
      plan: planOf([item(1, 'a', FAILS_ONCE), item(3, 'b')]),
      deeds: [[10, 'retry']],
      ends: {
        list: 'completed 1',
        'each/0': 'completed 11, 2 attempts',
        'each/1': 'completed 4',
        each: 'completed 11',
        join: 'completed 12',
      },
      run: 'completed',
      outputs: { each: { results: [{ of: 'a' }, { of: 'b' }], count: 2, failed: 0 } },
    },
    limit: {
      happens: '`max_concurrency` items run at once, the next one in the order of the list',
      plan: planOf(
        times(5, (n) => [item(1, `${n}`)]),
        { max_concurrency: 2 },
      ),
      ends: {
        list: 'completed 1',
        'each/0': 'completed 2',
        'each/1': 'completed 2',
        'each/2': 'completed 3',
        'each/3': 'completed 3',
        'each/4': 'completed 4',
        each: 'completed 4',
        join: 'completed 5',
      },
      run: 'completed',
      atOnce: { count: 2, of: /^each\// },
    },
    partition: {
      happens: 'many items are done in executions of their own, all at once',
      plan: planOf(
        times(MANY, (n) => [item(2, `${n}`)]),
        {},
        { resource_budget: { max_parallel_tasks: MANY } },
      ),
      ends: { list: 'completed 1', ...endsOf(MANY, (n) => ({ [`each/${n}`]: 'completed 3' })), each: 'completed 3', join: 'completed 4' },
      run: 'completed',
      outputs: { each: { results: times(MANY, (n) => [{ of: `${n}` }]), count: MANY, failed: 0 } },
    },
  },
};
