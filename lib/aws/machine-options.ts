import type { Environment } from './environment.ts';
import { machineArns, machineHome } from './machine-arn.ts';
import type { MachineOptions } from './step-functions-engine.ts';

/** The variables that say how machines are made. */
export const MACHINE_VARIABLES = [
  'AWS_REGION',
  'STATE_MACHINE_ROLE_ARN',
  'STATE_MACHINE_LOG_GROUP_ARN',
  'STATE_MACHINE_LOG_LEVEL',
  'STATE_MACHINE_TRACING',
] as const satisfies readonly (keyof Environment)[];

/** How a deployment makes its machines. Logs never hold what states are given or answer. */
export function machineOptions(environment: Pick<Environment, (typeof MACHINE_VARIABLES)[number]>): MachineOptions {
  const { AWS_REGION, STATE_MACHINE_ROLE_ARN: roleArn, STATE_MACHINE_LOG_GROUP_ARN: logGroup } = environment;
  return {
    roleArn,
    machineArn: machineArns(machineHome(roleArn, AWS_REGION)),
    tracing: environment.STATE_MACHINE_TRACING,
    ...(logGroup !== undefined && {
      logging: {
        level: environment.STATE_MACHINE_LOG_LEVEL,
        includeExecutionData: false,
        // Step Functions wants the log group's streams
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.endsWith(':*') ? logGroup : `${logGroup}:*` } }],
      },
    }),
  };
}
