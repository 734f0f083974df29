import { type Executors, makeDispatcher } from '../executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../executors/mock.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { WorkflowEngine } from '../runtime/ports/workflow-engine.ts';
import { makeRuntime, type Runtime } from '../runtime/runtime.ts';
import { DynamoStore } from './dynamodb/dynamo-store.ts';
import { makeDynamoClient } from './dynamodb/make-client.ts';
import { lazyStartQueue } from './lazy-start-queue.ts';
import { lazyTokens } from './lazy-tokens.ts';
import { s3BlobsOf } from './s3-blobs-of.ts';

export interface StateRuntimeOptions {
  readonly table: string;
  readonly bucket: string;
  readonly clock: Clock;
  /** The start queue's, of functions that begin or end child runs. */
  readonly queueUrl?: string | undefined;
  /** Default: one that only answers tokens. */
  readonly engine?: WorkflowEngine | undefined;
  /** Absent in functions that carry out no tasks. */
  readonly executors?: Pick<Executors, 'agent' | 'tool'> | undefined;
}

/** What the functions that states invoke work with. They know a run by its id alone: every tenant's runs are theirs. */
export function makeStateRuntime(options: StateRuntimeOptions): Runtime {
  const { table, bucket, clock, queueUrl, engine = lazyTokens(), executors = {} } = options;
  return makeRuntime({
    store: new DynamoStore({ client: makeDynamoClient(), table, blobs: s3BlobsOf(bucket), allTenants: true, now: () => clock.now() }),
    engine,
    dispatch: makeDispatcher({ ...executors, mock: makeMockDispatcher(clock) }),
    clock,
    ...(queueUrl !== undefined && { queue: lazyStartQueue(queueUrl) }),
  });
}
