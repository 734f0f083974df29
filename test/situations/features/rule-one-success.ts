import { on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

const first = (task_id: string, ...behind: string[]) => work(task_id, 1, { ...on(...behind), trigger_rule: 'one_success' });

/** Two mirrors ─► load, from the first that answers. */
const planOf = (near: object, far: object = work('far', 5)) => ({ tasks: [near, far, first('load', 'near', 'far')] });

const MANY = 14;

export const ONE_SUCCESS: Feature = {
  name: 'trigger rule one_success: alternatives',
  cells: {
    success: {
      happens: 'it starts with the first that completes; the others go on',
      plan: planOf(work('near', 2)),
      ends: { near: 'completed 2', far: 'completed 5', load: 'completed 3' },
      run: 'completed',
    },
    failure: {
      happens: 'it waits for another where one fails; the run fails with that',
      plan: planOf(work('near', 2, {}, FAILS)),
      ends: { near: 'failed 2', far: 'completed 5', load: 'completed 6' },
      run: 'failed',
    },
    retry: {
      happens: 'an alternative that is tried again is as good as the others',
      plan: planOf(work('near', 2, retries(1), FAILS_ONCE), work('far', 9)),
      ends: { near: 'completed 6, 2 attempts', far: 'completed 9', load: 'completed 7' },
      run: 'completed',
    },
    timeout: {
      happens: 'it is blocked when the last alternative has timed out',
      plan: planOf(work('near', 9, { timeout_seconds: 3 }), work('far', 9, { timeout_seconds: 4 })),
      ends: { near: 'failed 3', far: 'failed 4', load: 'blocked 4' },
      run: 'failed',
    },
    cancel: {
      happens: 'alternatives that run are aborted; where it has run, it stays completed',
      plan: planOf(work('near', 2)),
      deeds: [[4, 'cancel']],
      ends: { near: 'completed 2', far: 'cancelled 4', load: 'completed 3' },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'it runs after the resume, on what has completed by then',
      plan: planOf(work('near', 2), work('far', 5, retries(1), FAILS_ONCE)),
      deeds: [
        [1, 'pause'],
        [10, 'resume'],
      ],
      ends: { near: 'completed 2', far: 'completed 15, 2 attempts', load: 'completed 11' },
      run: 'completed',
    },
    'retry of the run': {
      happens: 'alternatives that failed run again, and it with the first that completes',
      plan: planOf(work('near', 2, {}, FAILS_ONCE), work('far', 5, {}, FAILS)),
      deeds: [[10, 'retry']],
      ends: { near: 'completed 12, 2 attempts', far: 'failed 15, 2 attempts', load: 'completed 13' },
      run: 'failed',
    },
    limit: {
      happens: 'alternatives may be tried one after the other, and it need not wait for the last',
      plan: {
        tasks: [
          work('near', 2, { priority: 2 }, FAILS),
          work('far', 2, { priority: 1 }),
          work('farthest', 2),
          { ...first('load', 'near', 'far', 'farthest'), priority: 3 },
        ],
        ...atMost(1),
      },
      ends: { near: 'failed 2', far: 'completed 4', farthest: 'completed 7', load: 'completed 5' },
      run: 'failed',
      atOnce: { count: 1 },
    },
    partition: {
      happens: 'it hears of the first success in whichever state machine',
      plan: {
        tasks: [
          ...times(MANY, (n) => [
            work(`find-${n}`, 3 + n, { retry_policy: { max_retries: n % 5 } }),
            work(`fetch-${n}`, 1, on(`find-${n}`), n < 3 ? FAILS : {}),
          ]),
          first('load', ...times(MANY, (n) => [`fetch-${n}`])),
        ],
        ...UNLIMITED,
      },
      ends: {
        ...endsOf(MANY, (n) => ({
          [`find-${n}`]: `completed ${3 + n}`,
          [`fetch-${n}`]: `${n < 3 ? 'failed' : 'completed'} ${4 + n}`,
        })),
        load: 'completed 8',
      },
      run: 'failed',
    },
  },
};
