import { SFNClient } from '@aws-sdk/client-sfn';
import type { Clock } from '../runtime/ports/clock.ts';
import type { StartQueue } from '../runtime/ports/start-queue.ts';
import { makeRuntime } from '../runtime/runtime.ts';
import type { SubmitPorts } from '../runtime/start-run.ts';
import { DynamoStore } from './dynamodb/dynamo-store.ts';
import { makeDynamoClient } from './dynamodb/make-client.ts';
import { s3BlobsOf } from './s3-blobs-of.ts';
import { type MachineOptions, StepFunctionsEngine } from './step-functions-engine.ts';

export interface SubmitPortsOptions {
  readonly table: string;
  readonly bucket: string;
  readonly clock: Clock;
  readonly machines: MachineOptions;
  readonly queue: StartQueue;
}

/** Ports of one tenant, or without one of all of them, over clients that are made once. */
export type PortsOf = (tenantId?: string) => Omit<SubmitPorts, 'queue'>;

/** What accepting and starting runs needs. */
export function makePortsOf({ table, bucket, clock, machines, queue }: SubmitPortsOptions): PortsOf {
  const client = makeDynamoClient();
  const blobs = s3BlobsOf(bucket);
  const engine = new StepFunctionsEngine({ client: new SFNClient(), machines });
  const dispatch = async (): Promise<never> => {
    throw new TypeError('this function carries out no tasks');
  };
  return (tenantId) => {
    const tenant = tenantId === undefined ? { allTenants: true } : { tenantId };
    const store = new DynamoStore({ client, table, blobs, now: () => clock.now(), ...tenant });
    return { runtime: makeRuntime({ store, engine, dispatch, clock, queue }), blobs };
  };
}
