import { readEnvironment } from '../lib/aws/environment.ts';
import { lazyStartQueue } from '../lib/aws/lazy-start-queue.ts';
import { MACHINE_VARIABLES, machineOptions } from '../lib/aws/machine-options.ts';
import { makePlanner, PLANNER_VARIABLES } from '../lib/aws/make-planner.ts';
import { makePortsOf } from '../lib/aws/submit-ports.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import { lambdaHandler } from './middleware.ts';
import { logger, metrics } from './powertools.ts';
import { startMessages } from './start-messages.ts';
import { timedGates } from './timed-gates.ts';

const environment = readEnvironment(['TABLE_NAME', 'BUCKET_NAME', 'START_QUEUE_URL', ...MACHINE_VARIABLES, ...PLANNER_VARIABLES]);
const queue = lazyStartQueue(environment.START_QUEUE_URL);
const { runtime, blobs } = makePortsOf({
  table: environment.TABLE_NAME,
  bucket: environment.BUCKET_NAME,
  clock: new RealClock(),
  machines: machineOptions(environment),
  queue,
})();
// places of a run that is stopped are handed on, which opens gates
const planner = makePlanner({ runtime: timedGates(runtime, metrics), blobs, queue }, environment);

export const handler = lambdaHandler(startMessages({ start: (runId) => planner.drive(runId), queue, logger }));
