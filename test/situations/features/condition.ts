import { on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

const when = (task_id: string, condition: string) => ({ dependencies: [{ task_id, dependency_type: 'conditional', condition }] });

/** check ─► repair where there are errors, approve where there are none; repair ─► tell. */
const planOf = (errors: unknown, { check = {}, checkMock = {}, repair = work('repair', 2, when('check', 'outputs.errors > 0')) } = {}) => ({
  tasks: [
    work('check', 1, check, { outputs: { errors }, ...checkMock }),
    repair,
    work('tell', 1, on('repair')),
    work('approve', 1, when('check', 'outputs.errors = 0')),
  ],
});

const MANY = 12;

export const CONDITION: Feature = {
  name: 'conditional dependency',
  cells: {
    success: {
      happens: 'where it does not hold the task is skipped, and what depends on it; the run completes',
      plan: planOf(0),
      ends: { check: 'completed 1', repair: 'skipped 1', tell: 'skipped 1', approve: 'completed 2' },
      run: 'completed',
    },
    failure: {
      happens: 'a condition that cannot be evaluated fails its task',
      plan: planOf('many'),
      ends: { check: 'completed 1', repair: 'failed 1', tell: 'blocked 1', approve: 'skipped 1' },
      run: 'failed',
    },
    retry: {
      happens: 'it is asked over the outputs of the attempt that completed',
      plan: planOf(3, {
        check: retries(1),
        checkMock: FAILS_ONCE,
        repair: work('repair', 2, { ...when('check', 'outputs.errors > 0'), ...retries(1) }, FAILS_ONCE),
      }),
      ends: { check: 'completed 4, 2 attempts', repair: 'completed 10, 2 attempts', tell: 'completed 11', approve: 'skipped 4' },
      run: 'completed',
    },
    timeout: {
      happens: 'it is not asked where what it asks about has timed out: the task is blocked',
      plan: planOf(0, { check: { timeout_seconds: 0.5 } }),
      ends: { check: 'failed 0.5', repair: 'blocked 0.5', tell: 'blocked 0.5', approve: 'blocked 0.5' },
      run: 'failed',
    },
    cancel: {
      happens: 'what was yet to be decided is cancelled, not skipped',
      plan: planOf(0),
      deeds: [[0.5, 'cancel']],
      ends: { check: 'cancelled 0.5', repair: 'cancelled 0.5', tell: 'cancelled 0.5', approve: 'cancelled 0.5' },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'it is asked after the resume',
      plan: planOf(3),
      deeds: [
        [0.5, 'pause'],
        [10, 'resume'],
      ],
      ends: { check: 'completed 1', repair: 'completed 12', tell: 'completed 13', approve: 'skipped 10' },
      run: 'completed',
    },
    'retry of the run': {
      happens: 'what was skipped stays so; where something before it runs again, it is decided anew',
      plan: {
        tasks: [
          work('good', 1, {}, { outputs: { errors: 0 } }),
          work('repair good', 1, when('good', 'outputs.errors > 0')),
          work('bad', 1, {}, FAILS_ONCE),
          work('repair all', 1, {
            dependencies: [...when('good', 'outputs.errors > 0').dependencies, ...on('bad').dependencies],
            trigger_rule: 'all_done',
          }),
        ],
      },
      deeds: [[10, 'retry']],
      ends: {
        good: 'completed 1',
        'repair good': 'skipped 1',
        bad: 'completed 11, 2 attempts',
        'repair all': 'skipped 11',
      },
      run: 'completed',
    },
    limit: {
      happens: 'a task that is skipped gives its place back at once',
      plan: {
        tasks: [
          work('check', 1, {}, { outputs: { errors: 0 } }),
          ...times(3, (n) => [work(`repair-${n}`, 1, { ...when('check', 'outputs.errors > 0'), priority: 1 })]),
          work('approve', 2, when('check', 'outputs.errors = 0')),
          work('praise', 2, when('check', 'outputs.errors = 0')),
        ],
        ...atMost(1),
      },
      ends: {
        check: 'completed 1',
        ...endsOf(3, (n) => ({ [`repair-${n}`]: 'skipped 1' })),
        approve: 'completed 3',
        praise: 'completed 5',
      },
      run: 'completed',
      atOnce: { count: 1 },
    },
    partition: {
      happens: 'it decides across state machines',
      plan: {
        tasks: times(MANY, (n) => [
          work(`check-${n}`, 1 + n, n === 0 ? {} : on(`check-${n - 1}`), { outputs: { errors: n % 2 }, ...(n === MANY - 1 ? FAILS : {}) }),
          work(`repair-${n}`, 1, when(`check-${n}`, 'outputs.errors > 0')),
          work(`tell-${n}`, 1, on(`repair-${n}`)),
        ]),
        ...UNLIMITED,
      },
      ends: endsOf(MANY, (n) => {
        const at = ((n + 1) * (n + 2)) / 2;
        const [check, repair, tell] =
          n === MANY - 1
            ? [`failed ${at}`, `blocked ${at}`, `blocked ${at}`]
            : n % 2 === 1
              ? [`completed ${at}`, `completed ${at + 1}`, `completed ${at + 2}`]
              : [`completed ${at}`, `skipped ${at}`, `skipped ${at}`];
        return { [`check-${n}`]: check!, [`repair-${n}`]: repair!, [`tell-${n}`]: tell! };
      }),
      run: 'failed',
    },
  },
};
