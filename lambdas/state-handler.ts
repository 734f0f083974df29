import { HANDLERS, type HandlerName } from '../lib/runtime/handlers.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { type LambdaHandler, lambdaHandler } from './middleware.ts';

/** A function that compiled states invoke. Its errors leave it under their names, which the states match. */
export function stateHandler(name: HandlerName, runtime: Runtime): LambdaHandler<unknown, object> {
  return lambdaHandler(async (payload) => {
    await HANDLERS[name](runtime, payload);
    return {};
  });
}
