import type { Context } from 'aws-lambda';
import type { LambdaHandler } from '../../lambdas/middleware.ts';

const CONTEXT = {
  functionName: 'function',
  functionVersion: '1',
  memoryLimitInMB: '512',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:function',
  awsRequestId: 'request-1',
} as Context;

/** Calls a handler as Lambda does. */
export function invoke<Event, Result>(handler: LambdaHandler<Event, Result>, event: Event): Promise<Result> {
  return handler(event, CONTEXT);
}
