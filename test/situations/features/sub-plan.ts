import { on } from '../../compound-tasks.ts';
import { sub } from '../../sub-plans/world.ts';
import type { Feature } from '../scenario.ts';
import { atMost, endsOf, FAILS, FAILS_ONCE, retries, times, UNLIMITED, work } from '../work.ts';

/** collect ─► report ─► send, where report is a run of the stored plan `writing`. */
const planOf = (fields: object = {}) => ({
  tasks: [
    work('collect', 1),
    sub('report', 'writing', { ...on('collect'), outputs: { verdict: '{{check.response}}' }, ...fields }),
    work('send', 1, { ...on('report'), inputs: { verdict: '{{report.verdict}}' } }),
  ],
});

/** draft, figures ─► check, the draft as it is given. */
const writing = (draft: object, figuresSec = 3) => ({
  writing: { tasks: [draft, work('figures', figuresSec), work('check', 1, on('draft', 'figures'))] },
});

/** Several runs of one stored plan beside each other, and what each of them is for. */
const MANY = 20;
const order = (n: number) => [
  work(`order-${n}`, 1, retries(n % 5)),
  sub(`sew-${n}`, 'sewing', on(`order-${n}`)),
  work(`ship-${n}`, 1, on(`sew-${n}`)),
];
const orderEnds = (n: number) => ({
  [`order-${n}`]: 'completed 1',
  [`sew-${n}: cut`]: 'completed 2',
  [`sew-${n}: seam`]: 'completed 3',
  [`sew-${n}`]: 'completed 3',
  [`ship-${n}`]: 'completed 4',
});
const SEWING = { sewing: { tasks: [work('cut', 1), work('seam', 1, on('cut'))] } };

export const SUB_PLAN: Feature = {
  name: 'sub-plan (plan_ref)',
  cells: {
    success: {
      happens: 'it is a run of the stored plan, and puts out what it reads of its tasks; what depends on it waits for that run',
      plan: planOf(),
      stored: writing(work('draft', 2)),
      ends: {
        collect: 'completed 1',
        'report: draft': 'completed 3',
        'report: figures': 'completed 4',
        'report: check': 'completed 5',
        report: 'completed 5',
        send: 'completed 6',
      },
      run: 'completed',
      outputs: { report: { verdict: 'mock response to check' } },
    },
    failure: {
      happens: 'it fails with its child run, which goes on as far as it can first',
      plan: planOf(),
      stored: writing(work('draft', 2, {}, FAILS)),
      ends: {
        collect: 'completed 1',
        'report: draft': 'failed 3',
        'report: figures': 'completed 4',
        'report: check': 'blocked 3',
        report: 'failed 4',
        send: 'blocked 4',
      },
      run: 'failed',
    },
    retry: {
      happens: 'its child run goes on with what it has not completed',
      plan: planOf(retries(1)),
      stored: writing(work('draft', 2, {}, FAILS_ONCE)),
      ends: {
        collect: 'completed 1',
        'report: draft': 'completed 8, 2 attempts',
        'report: figures': 'completed 4',
        'report: check': 'completed 9',
        report: 'completed 9, 2 attempts',
        send: 'completed 10',
      },
      run: 'completed',
    },
    timeout: {
      happens: 'its time is that of its child run: what has not ended there is cancelled; it fails, and is not tried again',
      plan: planOf({ timeout_seconds: 4, ...retries(1) }),
      stored: writing(work('draft', 2), 9),
      ends: {
        collect: 'completed 1',
        'report: draft': 'completed 3',
        'report: figures': 'cancelled 5',
        'report: check': 'cancelled 5',
        report: 'failed 5',
        send: 'blocked 5',
      },
      run: 'failed',
    },
    cancel: {
      happens: 'its child run is cancelled with it',
      plan: planOf(),
      stored: writing(work('draft', 2)),
      deeds: [[3.5, 'cancel']],
      ends: {
        collect: 'completed 1',
        'report: draft': 'completed 3',
        'report: figures': 'cancelled 3.5',
        'report: check': 'cancelled 3.5',
        report: 'cancelled 3.5',
        send: 'cancelled 3.5',
      },
      run: 'cancelled',
    },
    'pause and resume': {
      happens: 'its child run is paused, and goes on where it stood, in another attempt that is no failure',
      plan: planOf({ timeout_seconds: 6 }),
      stored: writing(work('draft', 2)),
      deeds: [
        [2, 'pause'],
        [100, 'resume'],
      ],
      ends: {
        collect: 'completed 1',
        'report: draft': 'completed 3',
        'report: figures': 'completed 4',
        'report: check': 'completed 101',
        report: 'completed 101, 2 attempts',
        send: 'completed 102',
      },
      run: 'completed',
    },
    'retry of the run': {
      happens: 'its child run is retried: what has completed there stays so',
      plan: planOf(),
      stored: writing(work('draft', 2, {}, FAILS_ONCE)),
      deeds: [[10, 'retry']],
      ends: {
        collect: 'completed 1',
        'report: draft': 'completed 12, 2 attempts',
        'report: figures': 'completed 4',
        'report: check': 'completed 13',
        report: 'completed 13, 2 attempts',
        send: 'completed 14',
      },
      run: 'completed',
    },
    limit: {
      happens: 'it holds a place while its child run goes on, whose tasks take none of those',
      plan: { tasks: times(3, (n) => [sub(`report-${n}`, 'pair')]), ...atMost(2) },
      stored: { pair: { tasks: [work('left', 2), work('right', 2)] } },
      ends: endsOf(3, (n) => {
        const at = n < 2 ? 2 : 4;
        return {
          [`report-${n}: left`]: `completed ${at}`,
          [`report-${n}: right`]: `completed ${at}`,
          [`report-${n}`]: `completed ${at}`,
        };
      }),
      run: 'completed',
      atOnce: { count: 2, of: /^report-\d$/ },
    },
    partition: {
      happens: 'it may be in any of the state machines; its child run has its own, and starts no later for that',
      plan: { tasks: times(MANY, order), ...UNLIMITED },
      stored: SEWING,
      ends: endsOf(MANY, orderEnds),
      run: 'completed',
    },
  },
};
