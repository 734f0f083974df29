import { on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

const alert = (task_id: string, ...behind: string[]) => work(task_id, 1, { ...on(...behind), trigger_rule: 'one_failed' });

/** load and index ─► alert, at the first that fails. */
const planOf = (load: object) => ({ tasks: [load, work('index', 5), alert('alert', 'load', 'index')] });

const MANY = 14;

export const ONE_FAILED: Feature = {
  name: 'trigger rule one_failed: alert',
  cells: {
    success: {
      happens: 'it is skipped when all before it have ended well',
      plan: planOf(work('load', 2)),
      ends: { load: 'completed 2', index: 'completed 5', alert: 'skipped 5' },
      run: 'completed',
    },
    failure: {
      happens: 'it runs at the first failure, and does not wait for the others',
      plan: planOf(work('load', 2, {}, FAILS)),
      ends: { load: 'failed 2', index: 'completed 5', alert: 'completed 3' },
      run: 'failed',
    },
    retry: {
      happens: 'an attempt that another follows is no failure: it is skipped',
      plan: planOf(work('load', 2, retries(1), FAILS_ONCE)),
      ends: { load: 'completed 6, 2 attempts', index: 'completed 5', alert: 'skipped 6' },
      run: 'completed',
    },
    timeout: {
      happens: 'it runs as soon as something has timed out',
      plan: planOf(work('load', 9, { timeout_seconds: 3 })),
      ends: { load: 'failed 3', index: 'completed 5', alert: 'completed 4' },
      run: 'failed',
    },
    cancel: {
      happens: 'a cancelled run alerts nobody: it is cancelled',
      plan: planOf(work('load', 2)),
      deeds: [[1, 'cancel']],
      ends: { load: 'cancelled 1', index: 'cancelled 1', alert: 'cancelled 1' },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'what fails during the pause is told after the resume',
      plan: planOf(work('load', 2, {}, FAILS)),
      deeds: [
        [1, 'pause'],
        [10, 'resume'],
      ],
      ends: { load: 'failed 10', index: 'completed 5', alert: 'completed 11' },
      run: 'failed',
    },
    'retry of the run': {
      happens: 'it has alerted, and stays so although all ends well now',
      plan: planOf(work('load', 2, {}, FAILS_ONCE)),
      deeds: [[10, 'retry']],
      ends: { load: 'completed 12, 2 attempts', index: 'completed 5', alert: 'completed 3' },
      run: 'completed',
    },
    limit: {
      happens: 'it waits for a place as all do, and goes before them by its `priority`',
      plan: {
        tasks: [
          work('load', 1, { priority: 1 }, FAILS),
          work('index', 2),
          work('sort', 2),
          { ...alert('alert', 'load', 'index', 'sort'), priority: 9 },
        ],
        ...atMost(1),
      },
      ends: { load: 'failed 1', index: 'completed 4', sort: 'completed 6', alert: 'completed 2' },
      run: 'failed',
      atOnce: { count: 1 },
    },
    partition: {
      happens: 'it hears of the first failure in whichever state machine',
      plan: {
        tasks: [
          ...times(MANY, (n) => [
            work(`load-${n}`, 2 + n, { retry_policy: { max_retries: n % 5 } }),
            work(`index-${n}`, 1, on(`load-${n}`), n === 5 || n === 8 ? FAILS : {}),
          ]),
          alert('alert', ...times(MANY, (n) => [`index-${n}`])),
        ],
        ...UNLIMITED,
      },
      ends: {
        ...endsOf(MANY, (n) => ({
          [`load-${n}`]: `completed ${2 + n}`,
          [`index-${n}`]: `${n === 5 || n === 8 ? 'failed' : 'completed'} ${3 + n}`,
        })),
        alert: 'completed 9',
      },
      run: 'failed',
    },
  },
};
