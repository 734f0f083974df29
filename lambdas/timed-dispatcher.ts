import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Dispatcher } from '../lib/runtime/ports.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';

/** A dispatcher that tells how long each attempt took, however it ended. */
export function timedDispatcher({ dispatch, clock }: Pick<Runtime, 'dispatch' | 'clock'>, metrics: Pick<Metrics, 'addMetric'>): Dispatcher {
  return async (attempt) => {
    const startMs = clock.now();
    try {
      return await dispatch(attempt);
    } finally {
      metrics.addMetric('TaskDuration', MetricUnit.Milliseconds, clock.now() - startMs);
    }
  };
}
