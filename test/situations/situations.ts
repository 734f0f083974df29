import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { Played } from './played.ts';
import type { Scenario } from './scenario.ts';

interface Meaning {
  /** What the column of docs/situations.md stands for. */
  readonly means: string;
  /** Whether a scenario that was played is of this situation. */
  readonly isIn: (played: Played, scenario: Scenario) => boolean;
}

const hasEvent = ({ events }: Played, is: (event: RunEvent) => boolean): boolean => events.some(is);
const ofRun = ({ events }: Played): string =>
  events.flatMap(({ task_id, type }) => (task_id === undefined ? [type.slice(4)] : [])).join(' ');
const deedsOf = ({ deeds = [] }: Scenario): string => deeds.map(([, deed]) => deed).join(' ');

/** In what situations every feature is tried. */
export const SITUATIONS = {
  success: {
    means: 'nothing fails, and nobody does anything to the run',
    isIn: ({ events, run }, scenario) =>
      deedsOf(scenario) === '' && run === 'completed' && events.every(({ type, attempt = 0 }) => type !== 'task.failed' && attempt <= 1),
  },
  failure: {
    means: 'a task fails for good',
    isIn: (played, scenario) => deedsOf(scenario) === '' && hasEvent(played, ({ type }) => type === 'task.failed'),
  },
  retry: {
    means: 'an attempt of a task fails, and another follows',
    isIn: (played, scenario) =>
      deedsOf(scenario) === '' && hasEvent(played, ({ type, attempt }) => type === 'task.executing' && attempt! > 1),
  },
  timeout: {
    means: 'something takes longer than its `timeout_seconds`',
    isIn: (played) => hasEvent(played, ({ type, error }) => type === 'task.failed' && error?.code === 'E5203'),
  },
  cancel: {
    means: 'the run is cancelled half-way',
    isIn: (played, scenario) => deedsOf(scenario) === 'cancel' && played.run === 'cancelled',
  },
  'pause and resume': {
    means: 'the run is paused half-way, and resumed later',
    isIn: (played, scenario) => deedsOf(scenario) === 'pause resume' && ofRun(played).includes('pausing paused queued executing'),
  },
  'retry of the run': {
    means: 'the run has failed, and is retried later',
    isIn: (played, scenario) => deedsOf(scenario) === 'retry' && ofRun(played).includes('executing failed queued executing'),
  },
  limit: {
    means: 'there are fewer places than tasks that could run',
    isIn: ({ events }, { atOnce }) => atOnce !== undefined && mostAtOnce(events, atOnce.of ?? /^/) === atOnce.count,
  },
  partition: {
    means: 'the plan is too large for one state machine',
    isIn: ({ executions }, scenario) => deedsOf(scenario) === '' && executions > 1,
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type Situation = keyof typeof SITUATIONS;

export const SITUATION_NAMES = Object.keys(SITUATIONS) as Situation[];

/** How many attempts ran at the same time, at the most, of tasks with such ids. */
function mostAtOnce(events: readonly RunEvent[], ids: RegExp): number {
  const running = new Set<string>();
  let most = 0;
  for (const { task_id: id, type } of events) {
    if (id === undefined || !ids.test(id)) continue;
    if (type === 'task.executing') running.add(id);
    else running.delete(id);
    most = Math.max(most, running.size);
  }
  return most;
}
