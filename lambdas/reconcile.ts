import { readEnvironment } from '../lib/aws/environment.ts';
import { machineArns, machineHome } from '../lib/aws/machine-arn.ts';
import { makeSfnClient } from '../lib/aws/make-sfn-client.ts';
import { StepFunctionsEngine } from '../lib/aws/step-functions-engine.ts';
import { lambdaHandler } from './middleware.ts';
import { reconcile } from './reconcile-execution.ts';
import { stateRuntime } from './state-runtime.ts';

const { STATE_MACHINE_ROLE_ARN, AWS_REGION } = readEnvironment(['STATE_MACHINE_ROLE_ARN', 'AWS_REGION']);
// a run that is being cancelled is brought to its end: its execution is stopped
const machines = { machineArn: machineArns(machineHome(STATE_MACHINE_ROLE_ARN, AWS_REGION)) };
const runtime = stateRuntime({ engine: new StepFunctionsEngine({ client: makeSfnClient(), machines }), leavesRuns: true });

export const handler = lambdaHandler((event: unknown) => reconcile(runtime, event));
