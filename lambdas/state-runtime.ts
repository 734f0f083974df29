import { readEnvironment } from '../lib/aws/environment.ts';
import { makeStateRuntime } from '../lib/aws/state-runtime.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import type { WorkflowEngine } from '../lib/runtime/ports.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { metrics } from './powertools.ts';
import { timedGates } from './timed-gates.ts';

/**
 * The runtime of a function that carries out no tasks, from its environment.
 *
 * @param engine of a function that stops executions; default: one that only answers tokens
 */
export function stateRuntime(engine?: WorkflowEngine): Runtime {
  const { TABLE_NAME, BUCKET_NAME } = readEnvironment(['TABLE_NAME', 'BUCKET_NAME']);
  return timedGates(makeStateRuntime({ table: TABLE_NAME, bucket: BUCKET_NAME, engine, clock: new RealClock() }), metrics);
}
