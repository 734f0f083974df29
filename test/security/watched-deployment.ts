import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSEvent } from 'aws-lambda';
import { answerRequest } from '../../lambdas/answer-request.ts';
import { type LambdaHandler, lambdaHandler } from '../../lambdas/middleware.ts';
import { logger, metrics } from '../../lambdas/powertools.ts';
import { publishChanges } from '../../lambdas/publish-changes.ts';
import { reconcile } from '../../lambdas/reconcile-execution.ts';
import { startMessages } from '../../lambdas/start-messages.ts';
import { stateHandler } from '../../lambdas/state-handler.ts';
import { timedGates } from '../../lambdas/timed-gates.ts';
import type { Api } from '../../lib/api/api.ts';
import { S3UploadStore } from '../../lib/aws/s3-upload-store.ts';
import { secretHeader } from '../../lib/aws/secret-header.ts';
import { httpAgents } from '../../lib/executors/http.ts';
import { makeDispatcher } from '../../lib/executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import { HANDLERS, type HandlerName } from '../../lib/runtime/handlers.ts';
import type { BlobStore } from '../../lib/runtime/ports/blob-store.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { scriptCalls } from '../aws/scripted-calls.ts';
import { invoke } from '../lambdas/invoke.ts';
import { SIMULATION_START } from '../simulate.ts';
import { IDLE_ENGINE } from './idle-engine.ts';

/** Every call fails. */
function broken<T extends object>(error: () => Error): T {
  return new Proxy({} as T, { get: () => () => Promise.reject(error()) });
}

export interface WatchedOptions {
  /** Of the agents. */
  readonly url: string;
  readonly headerSecret: string;
  /** Whatever is asked of store, blobs, queue, Step Functions and the bus fails like that. Default: nothing does. */
  readonly failure?: (() => Error) | undefined;
}

/** The functions of a deployment, wired as their modules wire them, around a store in memory. Step Functions takes all and does nothing. */
export class WatchedDeployment {
  /** What Lambda itself writes of invocations that throw: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (`toFormatted`). */
  readonly linesOfLambda: string[] = [];
  readonly #functions: Readonly<Record<string, LambdaHandler<never, unknown>>>;

  constructor({ url, headerSecret, failure }: WatchedOptions) {
    const clock = new VirtualClock(SIMULATION_START, 'manual');
    const platform = new LocalPlatform({ clock });
    const orBroken = <T extends object>(port: T): T => (failure === undefined ? port : broken<T>(failure));
    const store = orBroken<RunStore>(platform.store);
    const blobs = orBroken<BlobStore>(platform.blobs);
    const queue = orBroken({ send: async () => {} });
    scriptCalls(SecretsManagerClient, { SecretString: headerSecret });
    const client = new SecretsManagerClient({ region: 'us-east-1' });
    const headers = secretHeader({ client, header: 'x-api-key', secretArn: 'arn', now: () => clock.now() });
    const agent = httpAgents({ url, headers });
    const runtime = timedGates(
      makeRuntime({ store, engine: orBroken(IDLE_ENGINE), dispatch: makeDispatcher({ agent, mock: makeMockDispatcher(clock) }), clock }),
      metrics,
    );
    const targets = { ...LOCAL_TARGETS, callbackTypes: ['llm_call'] as const };
    const planner = new Planner({ ports: { runtime, blobs, queue }, targets });
    const s3 = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 'AKID', secretAccessKey: 'key' } });
    const api: Api = {
      planner,
      controls: new RunControls({ runtime, blobs, queue }, planner),
      runtime,
      uploads: new S3UploadStore({ client: s3, bucket: 'bucket', tenantId: 'mine', now: () => clock.now() }),
      logger: { error: (message, error) => logger.error(message, { error }) },
    };
    const rule = { claim: 'tenant', otherwise: 'nobody' };
    const log = orBroken({ append: async (_: string, events: readonly object[]) => events.map((event, i) => ({ ...event, seq: i })) });
    this.#functions = {
      ...Object.fromEntries((Object.keys(HANDLERS) as HandlerName[]).map((name) => [name, stateHandler(HANDLERS[name], runtime)])),
      api: lambdaHandler((event: Parameters<typeof answerRequest>[0]) => answerRequest(event, rule, () => api)),
      planner: lambdaHandler(startMessages({ start: (runId) => planner.drive(runId), queue, logger })),
      reconcile: lambdaHandler((event: unknown) => reconcile(runtime, event)),
      'publish-events': lambdaHandler(publishChanges({ log: log as never, sink: orBroken({ publish: async () => {} }), metrics })),
    };
  }

  /** Invokes a function; undefined where it throws. */
  async call(name: string, event: unknown): Promise<unknown> {
    try {
      return await invoke(this.#functions[name]!, event as never);
    } catch (error) {
      const { name: errorType, message: errorMessage, stack } = error as Error;
      this.linesOfLambda.push(JSON.stringify({ errorType, errorMessage, ...(error as Error), stack: stack?.split('\n') }));
      return undefined;
    }
  }
}

export const messagesOf = (...bodies: readonly string[]): SQSEvent =>
  ({ Records: bodies.map((body, i) => ({ body, messageId: `message-${i}` })) }) as SQSEvent;
