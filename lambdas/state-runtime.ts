import { readEnvironment } from '../lib/aws/environment.ts';
import { makeStateRuntime } from '../lib/aws/state-runtime.ts';
import type { MachineAddresses } from '../lib/aws/step-functions-engine.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { metrics } from './powertools.ts';
import { timedGates } from './timed-gates.ts';

/**
 * The runtime of a function that carries out no tasks, from its environment.
 *
 * @param machines for a function that stops executions
 */
export function stateRuntime(machines?: MachineAddresses): Runtime {
  const { TABLE_NAME, BUCKET_NAME } = readEnvironment(['TABLE_NAME', 'BUCKET_NAME']);
  return timedGates(makeStateRuntime({ table: TABLE_NAME, bucket: BUCKET_NAME, machines, clock: new RealClock() }), metrics);
}
