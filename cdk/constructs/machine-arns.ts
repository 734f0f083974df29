import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MACHINE_NAME_PREFIX } from '../../lib/compiler/machine-names.ts';

/** Every machine of this account and region that a deployment may have made: at run time, one for each shape of plan. */
export function machinesArn(scope: IConstruct): string {
  return statesArn(scope, 'stateMachine', `${MACHINE_NAME_PREFIX}*`);
}

/** Every execution of those machines. */
export function executionsArn(scope: IConstruct): string {
  return statesArn(scope, 'execution', `${MACHINE_NAME_PREFIX}*:*`);
}

/** The same as cdk-nag writes them. */
const NAG_PREFIX = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:';
export const nagMachinesArn = `${NAG_PREFIX}stateMachine:${MACHINE_NAME_PREFIX}*`;
export const nagExecutionsArn = `${NAG_PREFIX}execution:${MACHINE_NAME_PREFIX}*:*`;

function statesArn(scope: IConstruct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
