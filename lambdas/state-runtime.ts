import { readEnvironment } from '../lib/aws/environment.ts';
import { makeStateRuntime } from '../lib/aws/state-runtime.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import type { WorkflowEngine } from '../lib/runtime/ports/workflow-engine.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { metrics } from './powertools.ts';
import { timedGates } from './timed-gates.ts';

export interface StateFunctionOptions {
  /** Of a function that stops executions; default: one that only answers tokens. */
  readonly engine?: WorkflowEngine;
  /** Whether the function ends tasks or runs, and so may leave child runs to the start queue. */
  readonly leavesRuns?: boolean;
}

/** The runtime of a function that carries out no tasks, from its environment. */
export function stateRuntime({ engine, leavesRuns = false }: StateFunctionOptions = {}): Runtime {
  const { TABLE_NAME: table, BUCKET_NAME: bucket } = readEnvironment(['TABLE_NAME', 'BUCKET_NAME']);
  const queueUrl = leavesRuns ? readEnvironment(['START_QUEUE_URL']).START_QUEUE_URL : undefined;
  return timedGates(makeStateRuntime({ table, bucket, queueUrl, engine, clock: new RealClock() }), metrics);
}
