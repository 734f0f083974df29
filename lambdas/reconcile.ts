import { lambdaHandler } from './middleware.ts';
import { reconcile } from './reconcile-execution.ts';
import { stateRuntime } from './state-runtime.ts';

const runtime = stateRuntime();

export const handler = lambdaHandler((event: unknown) => reconcile(runtime, event));
