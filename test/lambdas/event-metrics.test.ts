import { expect, it } from 'vitest';
import { countEvents } from '../../lambdas/event-metrics.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { countedMetrics } from './counted-metrics.ts';

it('counts runs by how they stand and tasks by how they end', () => {
  const { metrics, added } = countedMetrics();

  const events: Omit<RunEvent, 'seq' | 'at' | 'run_id'>[] = [
    { type: 'run.queued' },
    { type: 'run.executing' },
    { type: 'task.executing', attempt: 1 },
    { type: 'task.pending', attempt: 1 },
    { type: 'task.executing', attempt: 2 },
    { type: 'task.executing', attempt: 3 },
    { type: 'task.completed', attempt: 3 },
    { type: 'task.failed', attempt: 1 },
    { type: 'task.blocked', attempt: 0 },
    { type: 'task.blocked', attempt: 0 },
    { type: 'run.failed' },
    { type: 'run.queued' }, // retried
    { type: 'run.completed' },
  ];
  countEvents(
    metrics,
    events.map((event, i) => ({ ...event, seq: i + 1 })),
  );

  expect(added).toEqual([
    ['PlansSubmitted', 'Count', 1],
    ['PlansCompleted', 'Count', 1],
    ['PlansFailed', 'Count', 1],
    ['TasksCompleted', 'Count', 1],
    ['TasksFailed', 'Count', 1],
    ['TasksBlocked', 'Count', 2],
    ['TasksRetried', 'Count', 2],
  ]);
});

it('says nothing where there is nothing to count', () => {
  const { metrics, added } = countedMetrics();

  countEvents(metrics, [
    { type: 'run.executing', seq: 2 },
    { type: 'task.executing', attempt: 1, seq: 3 },
  ]);

  expect(added).toEqual([]);
});
