import type { Handler } from '../lib/runtime/handlers.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { type LambdaHandler, lambdaHandler } from './middleware.ts';

/**
 * A function that compiled states invoke. Its errors leave it under their names, which the states match.
 *
 * @param receive what becomes of a payload before it is read
 */
export function stateHandler(
  handle: Handler,
  runtime: Runtime,
  receive = (payload: unknown): unknown => payload,
): LambdaHandler<unknown, object> {
  return lambdaHandler((payload) => handle(runtime, receive(payload)));
}
