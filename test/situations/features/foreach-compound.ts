import { compound, on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { endsOf, FAILS, FAILS_ONCE, retries, times, work } from '../work.ts';

/** The first task of an item takes so many seconds. */
const item = (duration_sec: number, of: string, mock: object = {}) => ({ duration_sec, outputs: { of }, ...mock });

/** list ─► each (read ─► note), for every item of the list ─► join. Of each item, `read` plays what the list says. */
const planOf = (
  items: readonly object[],
  { read = {}, note = {}, ...fields }: { read?: object; note?: object; [field: string]: unknown } = {},
  plan: object = {},
) => ({
  tasks: [
    work('list', 1, {}, { outputs: { items } }),
    compound('each', [work('read', 1, { inputs: { mock: '{{item}}' }, ...read }), work('note', 1, { ...on('read'), ...note })], {
      foreach: '{{list.items}}',
      outputs: { of: '{{read.of}}' },
      ...fields,
    }),
    work('join', 1, { inputs: { all: '{{each.results}}' } }),
  ],
  ...plan,
});

/** How an item ends whose tasks complete in these seconds. */
const itemEnds = (n: number, readSec: number, noteSec: number) => ({
  [`each/${n}/read`]: `completed ${readSec}`,
  [`each/${n}/note`]: `completed ${noteSec}`,
  [`each/${n}`]: `completed ${noteSec}`,
});

const MANY = 60;

export const FOREACH_COMPOUND: Feature = {
  name: 'foreach over a compound',
  cells: {
    success: {
      happens: 'all its tasks for each item; no item waits for another',
      plan: planOf([item(3, 'a'), item(1, 'b')]),
      ends: { list: 'completed 1', ...itemEnds(0, 4, 5), ...itemEnds(1, 2, 3), each: 'completed 5', join: 'completed 6' },
      run: 'completed',
      outputs: { each: { results: [{ of: 'a' }, { of: 'b' }], count: 2, failed: 0 } },
    },
    failure: {
      happens: 'as many items as it tolerates may fail: it completes, with `null` in their places',
      plan: planOf([item(3, 'a'), item(1, 'b', FAILS)], { tolerated_failures: 1 }),
      ends: {
        list: 'completed 1',
        ...itemEnds(0, 4, 5),
        'each/1/read': 'failed 2',
        'each/1/note': 'blocked 2',
        'each/1': 'failed 2',
        each: 'completed 5',
        join: 'completed 6',
      },
      run: 'completed',
      outputs: { each: { results: [{ of: 'a' }, null], count: 2, failed: 1 } },
    },
    retry: {
      happens: 'the task is tried again within its item, the other items go on',
      plan: planOf([item(3, 'a'), item(1, 'b', FAILS_ONCE)], { read: retries(1) }),
      ends: {
        list: 'completed 1',
        ...itemEnds(0, 4, 5),
        'each/1/read': 'completed 5, 2 attempts',
        'each/1/note': 'completed 6',
        'each/1': 'completed 6',
        each: 'completed 6',
        join: 'completed 7',
      },
      run: 'completed',
    },
    timeout: {
      happens: 'its timeout is that of each item, from its begin: the item that takes longer fails',
      plan: planOf([item(3, 'a'), item(9, 'b')], { timeout_seconds: 5 }),
      ends: {
        list: 'completed 1',
        ...itemEnds(0, 4, 5),
        'each/1/read': 'failed 6',
        'each/1/note': 'blocked 6',
        'each/1': 'failed 6',
        each: 'failed 6',
        join: 'blocked 6',
      },
      run: 'failed',
    },
    cancel: {
      happens: 'of each item, what has not ended is cancelled',
      plan: planOf([item(1, 'a'), item(4, 'b')]),
      deeds: [[3.5, 'cancel']],
      ends: {
        list: 'completed 1',
        ...itemEnds(0, 2, 3),
        'each/1/read': 'cancelled 3.5',
        'each/1/note': 'cancelled 3.5',
        'each/1': 'cancelled 3.5',
        each: 'cancelled 3.5',
        join: 'cancelled 3.5',
      },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'each item goes on where it stood',
      plan: planOf([item(1, 'a'), item(3, 'b')]),
      deeds: [
        [1.5, 'pause'],
        [10, 'resume'],
      ],
      ends: { list: 'completed 1', ...itemEnds(0, 2, 11), ...itemEnds(1, 4, 11), each: 'completed 11', join: 'completed 12' },
      run: 'completed',
    },
    'retry of the run': {
      happens: 'of each item, what has not completed runs again',
      plan: planOf([item(1, 'a', FAILS_ONCE), item(3, 'b')]),
      deeds: [[10, 'retry']],
      ends: {
        list: 'completed 1',
        'each/0/read': 'completed 11, 2 attempts',
        'each/0/note': 'completed 12',
        'each/0': 'completed 12',
        ...itemEnds(1, 4, 5),
        each: 'completed 12',
        join: 'completed 13',
      },
      run: 'completed',
      outputs: { each: { results: [{ of: 'a' }, { of: 'b' }], count: 2, failed: 0 } },
    },
    limit: {
      happens: 'tasks of its items take places in the pools of the plan, those without a pool do not wait',
      plan: planOf(
        times(4, (n) => [item(1, `${n}`)]),
        { note: { pool: 'desk' } },
        { pools: { desk: 1 } },
      ),
      ends: {
        list: 'completed 1',
        ...endsOf(4, (n) => itemEnds(n, 2, 3 + n)),
        each: 'completed 6',
        join: 'completed 7',
      },
      run: 'completed',
      atOnce: { count: 1, of: /note$/ },
    },
    partition: {
      happens: 'as many items to an execution as its history holds, all at once',
      plan: planOf(
        times(MANY, (n) => [item(2, `${n}`)]),
        {},
        { resource_budget: { max_parallel_tasks: MANY } },
      ),
      ends: { list: 'completed 1', ...endsOf(MANY, (n) => itemEnds(n, 3, 4)), each: 'completed 4', join: 'completed 5' },
      run: 'completed',
      outputs: { each: { results: times(MANY, (n) => [{ of: `${n}` }]), count: MANY, failed: 0 } },
    },
  },
};
