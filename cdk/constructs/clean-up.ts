import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CLEAN_UP } from '../../lambdas/function-names.ts';
import { acknowledgeWildcard, nagArn } from './acknowledge.ts';
import type { ExecutionRole } from './execution-role.ts';
import { MACHINE_NAME_PREFIX, machinesArn, nagMachinesArn } from './machine-arns.ts';
import { OrchestratorFunction } from './orchestrator-function.ts';

export interface CleanUpProps {
  readonly bundles: string;
  readonly bucket: Bucket;
  readonly executionRole: ExecutionRole;
  readonly logRetention: RetentionDays;
}

/** Machines are described and deleted one by one, a few a second. */
const SETTINGS = { memoryMb: 256, timeoutSec: 15 * 60 };

/**
 * When the stack is deleted: deletes the state machines that were made at run time, and all blobs, so that the bucket can go.
 * What makes machines and blobs must be gone by then: see `after`.
 */
export class CleanUp extends Construct {
  readonly #resource: CustomResource;

  constructor(scope: Construct, id: string, { bundles, bucket, executionRole, logRetention }: CleanUpProps) {
    super(scope, id);
    const { function: cleanUp } = new OrchestratorFunction(this, 'Function', {
      name: CLEAN_UP,
      bundles,
      settings: SETTINGS,
      environment: {},
      logRetention,
      tracing: false,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#allow(cleanUp, bucket);
    this.#resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::CleanUp',
      serviceToken: cleanUp.functionArn,
      serviceTimeout: Duration.seconds(SETTINGS.timeoutSec),
      properties: { BucketName: bucket.bucketName, RoleArn: executionRole.role.roleArn, MachineNamePrefix: MACHINE_NAME_PREFIX },
    });
  }

  /** Nothing of it is left any more when the cleaning up begins. */
  after(making: LambdaFunction): void {
    making.node.addDependency(this.#resource);
  }

  #allow(cleanUp: LambdaFunction, bucket: Bucket): void {
    const grants: [string, string[], string][] = [
      ['ListMachines', ['states:ListStateMachines'], '*'],
      ['DeleteMachines', ['states:DescribeStateMachine', 'states:DeleteStateMachine'], machinesArn(this)],
      ['ListBlobs', ['s3:ListBucket'], bucket.bucketArn],
      ['DeleteBlobs', ['s3:DeleteObject'], bucket.arnForObjects('*')],
    ];
    for (const [sid, actions, resource] of grants) cleanUp.addToRolePolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
    acknowledgeWildcard(cleanUp.role!, '*', 'IAM knows no resource for a list of machines.');
    acknowledgeWildcard(cleanUp.role!, nagMachinesArn, 'Machines are made at run time, one for each shape of plan.');
    acknowledgeWildcard(cleanUp.role!, `${nagArn(bucket)}/*`, 'All objects of the bucket are blobs of runs.');
  }
}
