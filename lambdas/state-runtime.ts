import { readEnvironment } from '../lib/aws/environment.ts';
import { makeStateRuntime } from '../lib/aws/state-runtime.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { metrics } from './powertools.ts';
import { timedGates } from './timed-gates.ts';

/** The runtime of a function that carries out no tasks, from its environment. */
export function stateRuntime(): Runtime {
  const { TABLE_NAME, BUCKET_NAME } = readEnvironment(['TABLE_NAME', 'BUCKET_NAME']);
  return timedGates(makeStateRuntime({ table: TABLE_NAME, bucket: BUCKET_NAME, clock: new RealClock() }), metrics);
}
