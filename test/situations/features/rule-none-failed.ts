import { on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

const when = (task_id: string, condition: string) => ({ dependencies: [{ task_id, dependency_type: 'conditional', condition }] });
const unlessFailed = (task_id: string, ...behind: string[]) => work(task_id, 1, { ...on(...behind), trigger_rule: 'none_failed' });

/** check ─► repair, where there are errors ─► report, behind both. */
const planOf = (errors: number, fields: object = {}, mock: object = {}) => ({
  tasks: [
    work('check', 1, {}, { outputs: { errors } }),
    work('repair', 2, { ...when('check', 'outputs.errors > 0'), ...fields }, mock),
    unlessFailed('report', 'check', 'repair'),
  ],
});

const MANY = 14;

export const NONE_FAILED: Feature = {
  name: 'trigger rule none_failed: join',
  cells: {
    success: {
      happens: 'it runs also where something before it was skipped',
      plan: planOf(0),
      ends: { check: 'completed 1', repair: 'skipped 1', report: 'completed 2' },
      run: 'completed',
    },
    failure: {
      happens: 'it is blocked as soon as something before it has failed',
      plan: planOf(3, {}, FAILS),
      ends: { check: 'completed 1', repair: 'failed 3', report: 'blocked 3' },
      run: 'failed',
    },
    retry: {
      happens: 'it waits for the last attempt',
      plan: planOf(3, retries(1), FAILS_ONCE),
      ends: { check: 'completed 1', repair: 'completed 7, 2 attempts', report: 'completed 8' },
      run: 'completed',
    },
    timeout: {
      happens: 'it is blocked by what has timed out',
      plan: planOf(3, { timeout_seconds: 1.5 }),
      ends: { check: 'completed 1', repair: 'failed 2.5', report: 'blocked 2.5' },
      run: 'failed',
    },
    cancel: {
      happens: 'it is cancelled; what was skipped before stays so',
      plan: { tasks: [...planOf(0).tasks, work('slow', 9), unlessFailed('sum', 'repair', 'slow')] },
      deeds: [[4, 'cancel']],
      ends: { check: 'completed 1', repair: 'skipped 1', report: 'completed 2', slow: 'cancelled 4', sum: 'cancelled 4' },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'what is skipped after the resume lets it run then',
      plan: planOf(0),
      deeds: [
        [0.5, 'pause'],
        [10, 'resume'],
      ],
      ends: { check: 'completed 1', repair: 'skipped 10', report: 'completed 11' },
      run: 'completed',
    },
    'retry of the run': {
      happens: 'it was blocked, and runs behind what completes now',
      plan: planOf(3, {}, FAILS_ONCE),
      deeds: [[10, 'retry']],
      ends: { check: 'completed 1', repair: 'completed 12, 2 attempts', report: 'completed 13' },
      run: 'completed',
    },
    limit: {
      happens: 'joins wait for places as all tasks do',
      plan: {
        tasks: [
          work('check', 1, {}, { outputs: { errors: 0 } }),
          work('repair', 2, when('check', 'outputs.errors > 0')),
          ...times(3, (n) => [unlessFailed(`report-${n}`, 'check', 'repair')]),
        ],
        ...atMost(2),
      },
      ends: {
        check: 'completed 1',
        repair: 'skipped 1',
        'report-0': 'completed 2',
        'report-1': 'completed 2',
        'report-2': 'completed 3',
      },
      run: 'completed',
      atOnce: { count: 2 },
    },
    partition: {
      happens: 'it hears of what is skipped in other state machines',
      plan: {
        tasks: [
          ...times(MANY, (n) => [
            work(`check-${n}`, 1 + n, { retry_policy: { max_retries: n % 5 } }, { outputs: { errors: n % 2 } }),
            work(`repair-${n}`, 1, when(`check-${n}`, 'outputs.errors > 0')),
          ]),
          unlessFailed('report', ...times(MANY, (n) => [`repair-${n}`])),
        ],
        ...UNLIMITED,
      },
      ends: {
        ...endsOf(MANY, (n) => ({
          [`check-${n}`]: `completed ${1 + n}`,
          [`repair-${n}`]: n % 2 === 1 ? `completed ${2 + n}` : `skipped ${1 + n}`,
        })),
        report: `completed ${MANY + 2}`,
      },
      run: 'completed',
    },
  },
};
