import { on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

/** build; test ─► publish; and a clean-up behind all that. */
const planOf = (build: object) => ({
  on_failure: 'fail_fast',
  tasks: [
    build,
    work('test', 5),
    work('publish', 1, on('test')),
    work('clean up', 1, { ...on('build', 'publish'), trigger_rule: 'all_done' }),
  ],
});

const MANY = 14;

export const FAIL_FAST: Feature = {
  name: 'on_failure fail_fast',
  cells: {
    success: {
      happens: 'nothing is different',
      plan: planOf(work('build', 2)),
      ends: { build: 'completed 2', test: 'completed 5', publish: 'completed 6', 'clean up': 'completed 7' },
      run: 'completed',
    },
    failure: {
      happens: 'what runs goes on to its end, what has not started is cancelled; clean-up and alerts run',
      plan: planOf(work('build', 2, {}, FAILS)),
      ends: { build: 'failed 2', test: 'completed 5', publish: 'cancelled 2', 'clean up': 'completed 3' },
      run: 'failed',
    },
    retry: {
      happens: 'an attempt that another follows stops nothing',
      plan: planOf(work('build', 2, retries(1), FAILS_ONCE)),
      ends: { build: 'completed 6, 2 attempts', test: 'completed 5', publish: 'completed 6', 'clean up': 'completed 7' },
      run: 'completed',
    },
    timeout: {
      happens: 'a task that has timed out for good is a failure like any other',
      plan: planOf(work('build', 9, { timeout_seconds: 3 })),
      ends: { build: 'failed 3', test: 'completed 5', publish: 'cancelled 3', 'clean up': 'completed 4' },
      run: 'failed',
    },
    cancel: {
      happens: 'what goes on after a failure is aborted by a cancel',
      plan: planOf(work('build', 2, {}, FAILS)),
      deeds: [[4, 'cancel']],
      ends: { build: 'failed 2', test: 'cancelled 4', publish: 'cancelled 2', 'clean up': 'completed 3' },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'what fails during the pause is acted on after the resume: then only clean-up and alerts run',
      plan: planOf(work('build', 2, {}, FAILS)),
      deeds: [
        [1, 'pause'],
        [10, 'resume'],
      ],
      ends: { build: 'failed 10', test: 'completed 5', publish: 'cancelled 10', 'clean up': 'completed 11' },
      run: 'failed',
    },
    'retry of the run': {
      happens: 'what failed and what was cancelled for it run again; clean-up that has completed does not',
      plan: planOf(work('build', 2, {}, FAILS_ONCE)),
      deeds: [[10, 'retry']],
      ends: { build: 'completed 12, 2 attempts', test: 'completed 5', publish: 'completed 11', 'clean up': 'completed 3' },
      run: 'completed',
    },
    limit: {
      happens: 'tasks that wait for a place are cancelled',
      plan: {
        on_failure: 'fail_fast',
        tasks: [work('build', 1, { priority: 1 }, FAILS), work('test', 3, { priority: 1 }), work('lint', 1), work('pack', 1)],
        ...atMost(2),
      },
      ends: { build: 'failed 1', test: 'completed 3', lint: 'cancelled 1', pack: 'cancelled 1' },
      run: 'failed',
      atOnce: { count: 2 },
    },
    partition: {
      happens: 'what has not started is cancelled in all state machines',
      plan: {
        on_failure: 'fail_fast',
        tasks: times(MANY, (n) => [
          work(`build-${n}`, 3 + n, { retry_policy: { max_retries: n % 5 } }),
          work(`test-${n}`, 2, on(`build-${n}`), n === 2 ? FAILS : {}),
        ]),
        ...UNLIMITED,
      },
      ends: endsOf(MANY, (n) => {
        // the first failure is that of test-2, in second 7
        const test = n === 2 ? 'failed 7' : 3 + n < 7 ? `completed ${5 + n}` : 'cancelled 7';
        return { [`build-${n}`]: `completed ${3 + n}`, [`test-${n}`]: test };
      }),
      run: 'failed',
    },
  },
};
