import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';

/** Neither payloads nor answers are traced. */
export const captureHandler = captureLambdaHandler(new Tracer(), { captureResponse: false });
