import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { answerRequest } from '../../lambdas/answer-request.ts';
import type { Api, ApiRequest } from '../../lib/api/api.ts';
import { DynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { S3UploadStore } from '../../lib/aws/s3-upload-store.ts';
import { RealClock } from '../../lib/local/real-clock.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import type { SubmitPorts } from '../../lib/runtime/start-run.ts';
import { MemoryBlobs } from '../aws/dynamodb/memory-blobs.ts';
import { refusal } from '../aws/scripted-calls.ts';
import { httpEvent } from '../lambdas/http-event.ts';
import { IDLE_ENGINE } from './idle-engine.ts';

type Request = Pick<ApiRequest, 'method' | 'path'> & Partial<ApiRequest>;

export interface Told {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they please
  readonly body: any;
}

/** Whose store finds the runs of all tenants; for the functions of states, and to see that the tests notice. */
export interface Sight {
  readonly allTenants: boolean;
}

/** A deployment with tenants: one table, one bucket, and the API as its function answers it, by the claim `tenant` of the caller's token. */
export class TwoTenants {
  /** Of the bucket, by key. */
  readonly objects = new Map<string, Uint8Array>();
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #blobs = new MemoryBlobs();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
    mockClient(S3Client).send.callsFake(async (command) => {
      const { Key } = command.input as { Key: string };
      const bytes = this.objects.get(Key);
      if (command.constructor.name === 'DeleteObjectCommand') this.objects.delete(Key);
      if (bytes === undefined) throw new NoSuchKey(refusal);
      return { ContentLength: bytes.length, Body: { transformToByteArray: async () => bytes } } as never;
    });
  }

  storeOf(tenantId: string, { allTenants }: Sight = { allTenants: false }): DynamoStore {
    return new DynamoStore({ client: this.#client, table: this.#table, blobs: this.#blobs, tenantId, allTenants });
  }

  portsOf(tenantId: string, sight?: Sight): SubmitPorts {
    const dispatch = async (): Promise<never> => Promise.reject(new TypeError('nothing is carried out here'));
    const runtime = makeRuntime({ store: this.storeOf(tenantId, sight), engine: IDLE_ENGINE, dispatch, clock: new RealClock() });
    return { runtime, blobs: this.#blobs, queue: { send: async () => {} } };
  }

  plannerOf(tenantId: string, sight?: Sight): Planner {
    return new Planner({ ports: this.portsOf(tenantId, sight), targets: LOCAL_TARGETS });
  }

  async ask(tenant: string, { method, path, query = {}, headers = {}, body }: Request, sight?: Sight): Promise<Told> {
    const event = httpEvent({
      method,
      rawPath: path,
      queryStringParameters: query,
      headers: headers as Record<string, string>,
      ...(body !== undefined && { body }),
      authorizer: { jwt: { claims: { tenant }, scopes: null } },
    });
    const answer = await answerRequest(event, { claim: 'tenant', otherwise: 'nobody' }, (tenantId) => this.#apiOf(tenantId, sight));
    return { status: answer.statusCode!, body: JSON.parse(answer.body!) as unknown };
  }

  #apiOf(tenantId: string, sight: Sight | undefined): Api {
    const ports = this.portsOf(tenantId, sight);
    const planner = new Planner({ ports, targets: LOCAL_TARGETS });
    const client = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' } });
    const { runtime } = ports;
    const uploads = new S3UploadStore({ client, bucket: 'bucket', tenantId, now: () => runtime.clock.now() });
    return { planner, controls: new RunControls(ports, planner), runtime, uploads };
  }
}
