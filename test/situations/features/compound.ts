import { compound, on } from '../../compound-tasks.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

/** collect ─► report (draft, figures ─► check) ─► send, the draft as it is given. */
const planOf = (draft: object, { figuresSec = 3, ...fields }: { figuresSec?: number; [field: string]: unknown } = {}) => ({
  tasks: [
    work('collect', 1),
    compound('report', [draft, work('figures', figuresSec), work('check', 1, on('draft', 'figures'))], {
      ...on('collect'),
      outputs: { verdict: '{{check.response}}' },
      ...fields,
    }),
    work('send', 1, { ...on('report'), inputs: { verdict: '{{report.verdict}}' } }),
  ],
});

/** A compound of chains, too much for a small machine, one behind the other. */
const STAGES = 3;
const stage = (n: number) => [
  compound(
    `stage-${n}`,
    [
      work('plan', 1),
      ...times(4, (i) => [work(`cut-${i}`, 1, { ...on('plan'), ...retries(i) }), work(`sew-${i}`, 1 + i, on(`cut-${i}`))]),
      work('check', 1, on('sew-0', 'sew-1', 'sew-2', 'sew-3')),
    ],
    n === 0 ? {} : on(`stage-${n - 1}`),
  ),
];
const stageEnds = (n: number) => {
  const at = 7 * n;
  return {
    [`stage-${n}/plan`]: `completed ${at + 1}`,
    ...endsOf(4, (i) => ({ [`stage-${n}/cut-${i}`]: `completed ${at + 2}`, [`stage-${n}/sew-${i}`]: `completed ${at + 3 + i}` })),
    [`stage-${n}/check`]: `completed ${at + 7}`,
    [`stage-${n}`]: `completed ${at + 7}`,
  };
};

export const COMPOUND: Feature = {
  name: 'compound',
  cells: {
    success: {
      happens: 'each subtask starts behind its own dependencies; what depends on it, behind all',
      plan: planOf(work('draft', 2)),
      ends: {
        collect: 'completed 1',
        'report/draft': 'completed 3',
        'report/figures': 'completed 4',
        'report/check': 'completed 5',
        report: 'completed 5',
        send: 'completed 6',
      },
      run: 'completed',
      outputs: { report: { verdict: 'mock response to check' } },
    },
    failure: {
      happens: 'it fails with its first subtask that does; the others go on',
      plan: planOf(work('draft', 2, {}, FAILS)),
      ends: {
        collect: 'completed 1',
        'report/draft': 'failed 3',
        'report/figures': 'completed 4',
        'report/check': 'blocked 3',
        report: 'failed 3',
        send: 'blocked 3',
      },
      run: 'failed',
    },
    retry: {
      happens: 'only the subtask that failed is tried again, by its own retries times those of the compound',
      plan: planOf(work('draft', 2, retries(0), FAILS_ONCE), { retry_policy: { max_retries: 1 } }),
      ends: {
        collect: 'completed 1',
        'report/draft': 'completed 7, 2 attempts',
        'report/figures': 'completed 4',
        'report/check': 'completed 8',
        report: 'completed 8',
        send: 'completed 9',
      },
      run: 'completed',
    },
    timeout: {
      happens: 'its time is that of all subtasks: what runs is aborted, and it fails',
      plan: planOf(work('draft', 2), { figuresSec: 9, timeout_seconds: 4 }),
      ends: {
        collect: 'completed 1',
        'report/draft': 'completed 3',
        'report/figures': 'failed 5',
        'report/check': 'blocked 5',
        report: 'failed 5',
        send: 'blocked 5',
      },
      run: 'failed',
    },
    cancel: {
      happens: 'what is in it and has not ended is cancelled with it',
      plan: planOf(work('draft', 2)),
      deeds: [[3.5, 'cancel']],
      ends: {
        collect: 'completed 1',
        'report/draft': 'completed 3',
        'report/figures': 'cancelled 3.5',
        'report/check': 'cancelled 3.5',
        report: 'cancelled 3.5',
        send: 'cancelled 3.5',
      },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'subtasks that run go on to their end; the next one starts with the resume',
      plan: planOf(work('draft', 2), { timeout_seconds: 6 }),
      deeds: [
        [2, 'pause'],
        [100, 'resume'],
      ],
      ends: {
        collect: 'completed 1',
        'report/draft': 'completed 3',
        'report/figures': 'completed 4',
        'report/check': 'completed 101',
        report: 'completed 101',
        send: 'completed 102',
      },
      run: 'completed',
    },
    'retry of the run': {
      happens: 'subtasks that have completed stay so; the others run, and what was blocked behind it',
      plan: planOf(work('draft', 2, {}, FAILS_ONCE)),
      deeds: [[10, 'retry']],
      ends: {
        collect: 'completed 1',
        'report/draft': 'completed 12, 2 attempts',
        'report/figures': 'completed 4',
        'report/check': 'completed 13',
        report: 'completed 13',
        send: 'completed 14',
      },
      run: 'completed',
    },
    limit: {
      happens: 'each subtask takes a place; the compound itself takes none',
      plan: { tasks: [compound('report', [work('a', 2), work('b', 2), work('c', 2)]), work('other', 2)], ...atMost(2) },
      ends: {
        'report/a': 'completed 2',
        'report/b': 'completed 2',
        'report/c': 'completed 4',
        report: 'completed 4',
        other: 'completed 4',
      },
      run: 'completed',
      atOnce: { count: 2 },
    },
    partition: {
      happens: 'its subtasks may be in several state machines, and start no later for that',
      plan: { tasks: times(STAGES, stage), ...UNLIMITED },
      ends: endsOf(STAGES, stageEnds),
      run: 'completed',
    },
  },
};
