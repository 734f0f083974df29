import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CLEAN_UP } from '../../lambdas/function-names.ts';
import { MACHINE_NAME_PREFIX } from '../../lib/compiler/machine-names.ts';
import { allowDeletingBlobs, allowDeletingMachines } from './allow-deleting.ts';
import type { ExecutionRole } from './execution-role.ts';
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
    allowDeletingMachines(cleanUp, ['DescribeStateMachine']);
    allowDeletingBlobs(cleanUp, bucket);
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
}
