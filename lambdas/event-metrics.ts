import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import type { CountName } from './metric-names.ts';

type Counted = Pick<RunEvent, 'type' | 'attempt' | 'seq'>;

const is =
  (type: RunEvent['type']) =>
  (event: Counted): boolean =>
    event.type === type;

/** Counts that follow from events, so that they agree with the log by construction. */
const COUNTED: Readonly<Record<CountName, (event: Counted) => boolean>> = {
  /** A run that is resumed or retried is queued again. */
  PlansSubmitted: ({ type, seq }) => type === 'run.queued' && seq === 1,
  PlansCompleted: is('run.completed'),
  PlansFailed: is('run.failed'),
  TasksCompleted: is('task.completed'),
  TasksFailed: is('task.failed'),
  TasksBlocked: is('task.blocked'),
  /** Dispatches beyond a task's first. */
  TasksRetried: ({ type, attempt = 1 }) => type === 'task.executing' && attempt > 1,
};

export function countEvents(metrics: Pick<Metrics, 'addMetric'>, events: readonly Counted[]): void {
  for (const [name, counts] of Object.entries(COUNTED)) {
    const count = events.filter(counts).length;
    if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  }
}
