import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Api } from '../lib/api/api.ts';
import { BoundedMap } from '../lib/aws/dynamodb/bounded-map.ts';
import { readEnvironment } from '../lib/aws/environment.ts';
import { lazyStartQueue } from '../lib/aws/lazy-start-queue.ts';
import { MACHINE_VARIABLES, machineOptions } from '../lib/aws/machine-options.ts';
import { makePlanner, PLANNER_VARIABLES } from '../lib/aws/make-planner.ts';
import { s3UploadsOf } from '../lib/aws/s3-uploads-of.ts';
import { makePortsOf } from '../lib/aws/submit-ports.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import { RunControls } from '../lib/run-control/run-controls.ts';
import { answerRequest } from './answer-request.ts';
import { lambdaHandler } from './middleware.ts';
import { logger, metrics } from './powertools.ts';
import { timedGates } from './timed-gates.ts';

const KEPT_TENANTS = 100;

const environment = readEnvironment([
  'TABLE_NAME',
  'BUCKET_NAME',
  'START_QUEUE_URL',
  'TENANT_ID',
  'TENANT_CLAIM',
  ...MACHINE_VARIABLES,
  ...PLANNER_VARIABLES,
]);
const clock = new RealClock();
const queue = lazyStartQueue(environment.START_QUEUE_URL);
const portsOf = makePortsOf({
  table: environment.TABLE_NAME,
  bucket: environment.BUCKET_NAME,
  clock,
  machines: machineOptions(environment),
  queue,
});
const apis = new BoundedMap<string, Api>(KEPT_TENANTS);

function apiOf(tenantId: string): Api {
  const known = apis.get(tenantId);
  if (known !== undefined) return known;
  const { runtime: untimed, blobs } = portsOf(tenantId);
  // callbacks finish tasks, and runs that are stopped hand on their places: both open gates
  const runtime = timedGates(untimed, metrics);
  const ports = { runtime, blobs, queue };
  const planner = makePlanner(ports, environment);
  const api: Api = {
    planner,
    controls: new RunControls(ports, planner),
    runtime,
    uploads: s3UploadsOf(environment.BUCKET_NAME, tenantId, () => clock.now()),
    logger: { error: (message, error) => logger.error(message, { error }) },
  };
  apis.set(tenantId, api);
  return api;
}

const rule = { claim: environment.TENANT_CLAIM, otherwise: environment.TENANT_ID };

export const handler = lambdaHandler((event: APIGatewayProxyEventV2) => answerRequest(event, rule, apiOf));
