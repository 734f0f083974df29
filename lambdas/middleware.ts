import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { withoutData } from '../lib/model/without-data.ts';
import { StateError } from '../lib/runtime/errors.ts';
import { logger, metrics } from './powertools.ts';
import { tracing } from './tracing.ts';

export type LambdaHandler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/** A handler as Lambda calls it, with traces, logs and metrics. Neither payloads nor answers are logged or traced. */
export function lambdaHandler<Event, Result>(handle: (event: Event) => Promise<Result>): LambdaHandler<Event, Result> {
  return middy((event: Event) => handle(event))
    .use(tracing())
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .after(publishMetrics)
    .onError(publishMetrics)
    .onError(logError) as unknown as LambdaHandler<Event, Result>;
}

/** Powertools warns where there are none, which is no fault of most functions. */
function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/**
 * What states are told is part of a run; anything else is a defect or an outage. That leaves the function as it was logged: Lambda writes
 * whatever a function throws to the log itself, and to the trace.
 */
function logError(request: middy.Request): void {
  const { error } = request;
  if (error instanceof StateError) {
    logger.info('the state fails', { error_name: error.name, error_code: error.code });
  } else {
    request.error = withoutData(error);
    logger.error('the function fails', request.error);
  }
}
