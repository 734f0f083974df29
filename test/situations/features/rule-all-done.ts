import { on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

const cleanUp = (task_id: string, ...behind: string[]) => work(task_id, 1, { ...on(...behind), trigger_rule: 'all_done' });

/** build and test ─► clean up, whatever becomes of them. */
const planOf = (build: object) => ({ tasks: [build, work('test', 3), cleanUp('clean up', 'build', 'test')] });

const MANY = 14;

export const ALL_DONE: Feature = {
  name: 'trigger rule all_done: clean-up',
  cells: {
    success: {
      happens: 'it runs when all before it have ended',
      plan: planOf(work('build', 2)),
      ends: { build: 'completed 2', test: 'completed 3', 'clean up': 'completed 4' },
      run: 'completed',
    },
    failure: {
      happens: 'it runs all the same; the run fails',
      plan: planOf(work('build', 2, {}, FAILS)),
      ends: { build: 'failed 2', test: 'completed 3', 'clean up': 'completed 4' },
      run: 'failed',
    },
    retry: {
      happens: 'it waits for the last attempt',
      plan: planOf(work('build', 2, retries(1), FAILS_ONCE)),
      ends: { build: 'completed 6, 2 attempts', test: 'completed 3', 'clean up': 'completed 7' },
      run: 'completed',
    },
    timeout: {
      happens: 'it runs behind what has timed out, too',
      plan: planOf(work('build', 9, { timeout_seconds: 5 })),
      ends: { build: 'failed 5', test: 'completed 3', 'clean up': 'completed 6' },
      run: 'failed',
    },
    cancel: {
      happens: 'nothing more starts, it neither: it is cancelled',
      plan: planOf(work('build', 2)),
      deeds: [[1, 'cancel']],
      ends: { build: 'cancelled 1', test: 'cancelled 1', 'clean up': 'cancelled 1' },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'it runs after the resume, also behind what failed during the pause',
      plan: planOf(work('build', 2, {}, FAILS)),
      deeds: [
        [1, 'pause'],
        [10, 'resume'],
      ],
      ends: { build: 'failed 10', test: 'completed 3', 'clean up': 'completed 11' },
      run: 'failed',
    },
    'retry of the run': {
      happens: 'it has completed, and does not run again although what it waits for does',
      plan: planOf(work('build', 2, {}, FAILS_ONCE)),
      deeds: [[10, 'retry']],
      ends: { build: 'completed 12, 2 attempts', test: 'completed 3', 'clean up': 'completed 4' },
      run: 'completed',
    },
    limit: {
      happens: 'several clean-ups take their places in a pool one after the other',
      plan: {
        pools: { broom: 1 },
        tasks: times(3, (n) => [
          work(`build-${n}`, 1, {}, n === 1 ? FAILS : {}),
          { ...cleanUp(`clean-up-${n}`, `build-${n}`), pool: 'broom' },
        ]),
      },
      ends: {
        'build-0': 'completed 1',
        'build-1': 'failed 1',
        'build-2': 'completed 1',
        ...endsOf(3, (n) => ({ [`clean-up-${n}`]: `completed ${2 + n}` })),
      },
      run: 'failed',
      atOnce: { count: 1, of: /^clean-up/ },
    },
    partition: {
      happens: 'it hears of ends in other state machines, good and bad',
      plan: {
        tasks: [
          ...times(MANY, (n) => [
            n % 4 === 0 ? work(`build-${n}`, 1 + n, {}, FAILS) : work(`build-${n}`, 1 + n, retries(n % 5)),
            work(`test-${n}`, 1, on(`build-${n}`)),
          ]),
          cleanUp('clean up', ...times(MANY, (n) => [`test-${n}`])),
        ],
        ...UNLIMITED,
      },
      ends: {
        ...endsOf(MANY, (n) =>
          n % 4 === 0
            ? { [`build-${n}`]: `failed ${n + 1}`, [`test-${n}`]: `blocked ${n + 1}` }
            : { [`build-${n}`]: `completed ${n + 1}`, [`test-${n}`]: `completed ${n + 2}` },
        ),
        'clean up': `completed ${MANY + 2}`,
      },
      run: 'failed',
    },
  },
};
