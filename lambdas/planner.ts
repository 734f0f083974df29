import { readEnvironment } from '../lib/aws/environment.ts';
import { MACHINE_VARIABLES, machineOptions } from '../lib/aws/machine-options.ts';
import { makePortsOf } from '../lib/aws/submit-ports.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import { startQueued } from '../lib/runtime/start-run.ts';
import { lambdaHandler } from './middleware.ts';
import { logger } from './powertools.ts';
import { startMessages } from './start-messages.ts';

const environment = readEnvironment(['TABLE_NAME', 'BUCKET_NAME', ...MACHINE_VARIABLES]);
const ports = makePortsOf({
  table: environment.TABLE_NAME,
  bucket: environment.BUCKET_NAME,
  clock: new RealClock(),
  machines: machineOptions(environment),
})();

export const handler = lambdaHandler(startMessages((runId) => startQueued(ports, runId), logger));
