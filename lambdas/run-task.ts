import { readEnvironment } from '../lib/aws/environment.ts';
import { makeExecutors } from '../lib/aws/make-executors.ts';
import { makeStateRuntime } from '../lib/aws/state-runtime.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import { handleRunTask } from '../lib/runtime/handlers.ts';
import { metrics } from './powertools.ts';
import { stateHandler } from './state-handler.ts';
import { timedGates } from './timed-gates.ts';

const environment = readEnvironment(['TABLE_NAME', 'BUCKET_NAME', 'START_QUEUE_URL', 'AGENT_TARGET', 'TOOL_TARGET']);
const clock = new RealClock();
const executors = await makeExecutors({ agent: environment.AGENT_TARGET, tool: environment.TOOL_TARGET }, clock);
const { TABLE_NAME: table, BUCKET_NAME: bucket, START_QUEUE_URL: queueUrl } = environment;
const runtime = makeStateRuntime({ table, bucket, queueUrl, clock, executors });

export const handler = stateHandler(handleRunTask, timedGates(runtime, metrics));
