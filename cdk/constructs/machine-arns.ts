import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** State machines are made at run time, one for each shape of plan; all their names begin so. */
export const MACHINE_NAME_PREFIX = 'task-orchestrator-';

/** Every machine of this account and region that a deployment may have made. */
export function machinesArn(scope: IConstruct): string {
  const resourceName = `${MACHINE_NAME_PREFIX}*`;
  return Stack.of(scope).formatArn({ service: 'states', resource: 'stateMachine', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** Every execution of those machines. */
export function executionsArn(scope: IConstruct): string {
  const resourceName = `${MACHINE_NAME_PREFIX}*:*`;
  return Stack.of(scope).formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
